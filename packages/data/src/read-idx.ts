import { readFile } from 'node:fs/promises';
import { fileError } from './file-errors.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { type IdxArray, parseIdx } from './idx.ts';

/**
 * Reads an IDX file, plain or gzipped (told by its content, not its name).
 *
 * @throws one line that names the path where it cannot be read, is not IDX, or is truncated.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(error, 'read', path);
  });
  return parseIdx(isGzip(bytes) ? await gunzip(bytes, path) : bytes, path);
}
