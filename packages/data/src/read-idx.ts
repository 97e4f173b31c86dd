import { checkSettings, InputError, integer } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import * as z from 'zod';
import { gunzip, gunzipBeginning, isGzip, MAX_UNPACKED_BYTES, MOST_DEFLATED } from './gunzip.ts';
import { type IdxArray, idxBytes, parseIdx } from './idx.ts';

export interface ReadIdxOptions {
  /** What a gzipped file may unpack to, in bytes; 2³¹ unless given. */
  readonly maxBytes?: number | undefined;
}

const settings = z.object({ maxBytes: integer({ min: 1 }).default(MAX_UNPACKED_BYTES) });

/**
 * Reads an IDX file, plain or gzipped (told by its content, not its name). No more is unpacked than its header announces.
 *
 * @throws {InputError} one line that names the path where it cannot be read, is not IDX, is truncated, or unpacks to more than
 *   `maxBytes`.
 */
export async function readIdx(path: string, options: ReadIdxOptions = {}): Promise<IdxArray> {
  const { maxBytes } = checkSettings('data: readIdx', settings, options);
  const bytes = await readBytes(path);
  if (!isGzip(bytes)) return parseIdx(bytes, path);
  const announced = idxBytes(gunzipBeginning(bytes, path), path);
  if (announced > bytes.length * MOST_DEFLATED) {
    throw new InputError(
      'file',
      `data: ${path} is truncated: its header announces ${announced} bytes, which its ${bytes.length} packed ones cannot hold`,
    );
  }
  if (announced > maxBytes) {
    throw new InputError(
      'limit',
      `data: ${path} unpacks to ${announced} bytes; set maxBytes above ${maxBytes} to read it`,
    );
  }
  return parseIdx(await gunzip(bytes, path, announced), path);
}
