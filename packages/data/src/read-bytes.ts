import { readFile } from 'node:fs/promises';
import { toBytes } from './byte-source.ts';
import { fileError } from './file-errors.ts';

/**
 * The content of a file.
 *
 * @throws one line that names the path where it cannot be read.
 */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return toBytes(await readFile(path), path);
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}
