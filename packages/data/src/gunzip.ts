import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import { plainBytes } from './read-bytes.ts';

const inflate = promisify(gunzipCallback);

/** The first two bytes of every gzip file (RFC 1952, 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks the bytes of a gzip file.
 *
 * @param name how errors name the file.
 * @throws where they are damaged or end too early.
 */
export async function gunzip(bytes: Uint8Array, name = 'the gzip data'): Promise<Uint8Array> {
  try {
    return plainBytes(await inflate(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      'file',
      `data: ${name} is a damaged or truncated gzip file (${reason}, ${bytes.length} bytes)`,
      { cause },
    );
  }
}
