import { promisify } from 'node:util';
import { constants, gunzip as gunzipCallback, gunzipSync } from 'node:zlib';
import { InputError, toBytes } from '@unbraid/checks';

const inflate = promisify(gunzipCallback);

/** A byte of deflate unpacks to no more than so many (RFC 1951: 258 bytes of a length and a distance of a bit each). */
export const MOST_DEFLATED = 1032;

/** What is unpacked at most where neither a header nor the caller says how much it should be: 2 GiB. */
export const MAX_UNPACKED_BYTES = 2 ** 31;

/** The first two bytes of every gzip file (RFC 1952, 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks the bytes of a gzip file.
 *
 * @param name how errors name the file.
 * @param maxBytes unpacking stops beyond so many.
 * @throws {InputError} `file` where they are damaged or end too early, `limit` where they unpack to more.
 */
export async function gunzip(bytes: Uint8Array, name: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return toBytes(await inflate(bytes, { maxOutputLength: Math.max(1, maxBytes) }), name);
  } catch (cause) {
    if (isTooLarge(cause)) {
      throw new InputError(
        'limit',
        `data: ${name} unpacks to more than ${maxBytes} bytes, which are all that is expected of it`,
        {
          cause,
        },
      );
    }
    throw damaged(bytes, name, cause);
  }
}

/** Packed bytes that are unpacked to see how a file begins; they unpack to 4 MB at most. */
const BEGINNING = 4096;

/**
 * How what a gzip file holds begins: as a rule some thousand bytes of it.
 *
 * @throws {InputError} as `gunzip`.
 */
export function gunzipBeginning(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  try {
    const packed = bytes.subarray(0, BEGINNING);
    return toBytes(gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }), name);
  } catch (cause) {
    throw damaged(bytes, name, cause);
  }
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
}

function damaged(bytes: Uint8Array, name: string, cause: unknown): InputError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InputError(
    'file',
    `data: ${name} is a damaged or truncated gzip file (${reason}, ${bytes.length} bytes)`,
    { cause },
  );
}
