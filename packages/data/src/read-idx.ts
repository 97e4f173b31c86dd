import { gunzip, isGzip } from './gunzip.ts';
import { type IdxArray, parseIdx } from './idx.ts';
import { readBytes } from './read-bytes.ts';

/**
 * Reads an IDX file, plain or gzipped (told by its content, not its name).
 *
 * @throws one line that names the path where it cannot be read, is not IDX, or is truncated.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  const bytes = await readBytes(path);
  return parseIdx(isGzip(bytes) ? await gunzip(bytes, path) : bytes, path);
}
