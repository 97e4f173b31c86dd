import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import { checkPath, fileError } from '@unbraid/checks/node';

/** Bytes that are read at a time: with more, the entries cut from them outlive the engine's first collection of garbage, and reading takes half as long again. */
const PIECE = 2 ** 16;

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

/** A file of which any part can be read. */
export interface OpenFile {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
  close(): Promise<void>;
}

/** @throws InputError `file`, which names the path */
export async function openFile(path: string): Promise<OpenFile> {
  checkPath(path, 'table');
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    return openedFile(file, (await file.stat()).size);
  } catch (error) {
    await file?.close();
    throw fileError(error, 'read', path, 'table');
  }
}

const openedFile = (file: FileHandle, size: number): OpenFile => ({
  byteLength: size,
  async slice(start, end = size) {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return at === bytes.length ? bytes.buffer : bytes.buffer.slice(0, at);
  },
  close: () => file.close(),
});

/** DuckDB, an optional dependency. @throws {InputError} `missing`, which says how it is installed, and what for */
export async function loadDuckdb(need: string): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new InputError('missing', `table: ${need} needs DuckDB; install it: npm install @duckdb/node-api`, { cause });
  }
}
