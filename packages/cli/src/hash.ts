import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { messageOf, RunError } from '@unbraid/experiment';

/** SHA-256 of bytes, in hexadecimal. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file's SHA-256 in hexadecimal, read in pieces. */
export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  } catch (error) {
    throw new RunError(`fit: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
  return hash.digest('hex');
}
