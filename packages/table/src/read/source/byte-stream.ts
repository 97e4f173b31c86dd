import { InputError, showValue, toBytes } from '@unbraid/checks';
import { fileBytes, gunzipped } from '#platform';
import type { TableSource } from '../options.ts';

/** Where bytes come from; each call of `open` begins anew. */
export interface ByteStream {
  /** How errors name it. */
  readonly name: string;
  open(): AsyncIterable<Uint8Array>;
}

/** The bytes of a source, unpacked where they are those of a gzip file. @throws {InputError} `setting` for what is no source */
export function byteStream(source: TableSource): ByteStream {
  if (typeof source === 'string') return { name: source, open: () => unpacked(fileBytes(source), source) };
  if (typeof source !== 'object' || source === null || typeof source.name !== 'string') {
    throw new InputError('setting', `table: a path or { bytes, name } is needed, got ${showValue(source)}`);
  }
  const bytes = toBytes(source.bytes, source.name, 'table');
  return { name: source.name, open: () => unpacked(inPieces(bytes), source.name) };
}

/** As the pieces of files. */
const PIECE = 2 ** 16;

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** Pieces of which the first is long enough to tell what a file is. */
async function* unpacked(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  if (!isGzip(first.value)) {
    yield* all;
    return;
  }
  try {
    yield* gunzipped(all);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError('file', `table: ${name} is a damaged or truncated gzip file (${reason})`, { cause });
  }
}

/** The first two bytes of every gzip file (RFC 1952, 2.3.1). */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
