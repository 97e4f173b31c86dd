import { isUtf8 } from 'node:buffer';
import { constants, inflateSync } from 'node:zlib';

export { parse as parseCsv } from 'csv-parse/sync';

/** What `parseCsv` takes of bytes in UTF-8; undefined where they aren't. */
export const utf8Text = (bytes: Uint8Array): Uint8Array | string | undefined => (isUtf8(bytes) ? bytes : undefined);

/** A character for each byte, and back. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
export const latin1Bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** What the beginning of a zlib stream unpacks to. @throws {Error} for other bytes */
export const inflateBeginning = (beginning: Uint8Array): Uint8Array =>
  inflateSync(beginning, { finishFlush: constants.Z_SYNC_FLUSH });

/** What a zlib stream unpacks to; undefined where that is more than `most` bytes, of which no more are made. @throws {Error} for damage */
export function inflate(bytes: Uint8Array, most: number): Uint8Array | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: most, chunkSize: 2 ** 16 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw error;
  }
}
