import { readFile } from 'node:fs/promises';
import { fileError } from './file-errors.ts';

/**
 * The content of a file.
 *
 * @throws one line that names the path where it cannot be read.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return plainBytes(await readFile(path));
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** A view without Node's Buffer methods, whose `slice` does not copy as that of every other typed array does. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
