import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { checkPath, fileError } from '@unbraid/checks/node';

const PIECE = 2 ** 20;

/** The bytes of a file, piece by piece. @throws InputError `file`, which names it */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  checkPath(path, 'table');
  try {
    yield* createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw fileError(error, 'read', path, 'table');
  }
}

/** What the bytes of a gzip file unpack to, piece by piece. @throws {Error} for damage */
export async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip({ chunkSize: PIECE });
  // An error ends `unpacked`, and so the loop over it.
  pipeline(bytes, unpacked, () => {});
  yield* unpacked as AsyncIterable<Uint8Array>;
}
