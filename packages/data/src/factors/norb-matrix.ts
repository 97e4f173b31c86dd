import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError, showValue } from '@unbraid/checks';
import { fileError } from '@unbraid/checks/node';
import { isGzip, MOST_DEFLATED } from '../gunzip.ts';

/** What the beginning of a file in NORB's binary matrix format says (its page, "File format"). */
interface NorbHeader {
  readonly type: 'uint8' | 'int32';
  readonly shape: readonly number[];
  /** Where the values begin, in bytes. */
  readonly offset: number;
}

/** By the first word of a file, little-endian. */
const TYPES: Readonly<Record<number, NorbHeader['type']>> = { 507333717: 'uint8', 507333716: 'int32' };
/** Sizes that stand in a header at least, whatever the number of axes. */
const LEAST_SIZES = 3;
const MOST_AXES = 8;
const MOST_HEADER = 8 + 4 * MOST_AXES;

/** A matrix whose values come in pieces. */
export interface NorbMatrix {
  readonly type: NorbHeader['type'];
  readonly shape: readonly number[];
}

/**
 * Reads a matrix of NORB, plain or gzipped, piece by piece: no more than a piece is in memory.
 *
 * @param begin is told what it is, before values come; may refuse it
 * @param use gets its bytes in pieces of any length
 * @throws {InputError} where it can't be read, is no such matrix, or has more or fewer values than it says
 */
export async function eachNorbPiece(
  path: string,
  begin: (matrix: NorbMatrix) => void,
  use: (piece: Uint8Array) => void,
): Promise<void> {
  let beginning: Uint8Array | undefined = new Uint8Array(0);
  let left = 0;
  for await (const piece of await piecesOf(path)) {
    let rest = piece;
    if (beginning) {
      beginning = Uint8Array.from([...beginning, ...piece.subarray(0, MOST_HEADER)]);
      const header = headerOf(beginning, path);
      if (header === undefined) {
        if (piece.length >= MOST_HEADER) throw notNorb(path);
        continue;
      }
      rest = piece.subarray(header.offset - (beginning.length - Math.min(piece.length, MOST_HEADER)));
      beginning = undefined;
      left = header.shape.reduce((product, size) => product * size, header.type === 'int32' ? 4 : 1);
      begin(header);
    }
    left -= rest.length;
    if (left < 0) throw new InputError('file', `data: ${path} has ${-left} bytes more than it says, or more`);
    use(rest);
  }
  if (beginning) throw notNorb(path);
  if (left > 0) throw new InputError('file', `data: ${path} is truncated: ${left} bytes are missing`);
}

const notNorb = (path: string): InputError => new InputError('file', `data: ${path} is no matrix in NORB's format`);

/** Undefined where there are too few bytes to say. */
function headerOf(bytes: Uint8Array, path: string): NorbHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 8) return undefined;
  const type = TYPES[view.getUint32(0, true)];
  const axes = view.getUint32(4, true);
  if (type === undefined || axes === 0 || axes > MOST_AXES) {
    throw new InputError(
      'file',
      `data: ${path} is no matrix of bytes or of whole numbers in NORB's format: it begins with ${showValue(Array.from(bytes.subarray(0, 8)))}`,
    );
  }
  const offset = 8 + 4 * Math.max(axes, LEAST_SIZES);
  if (bytes.length < offset) return undefined;
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(8 + 4 * i, true));
  return { type, shape, offset };
}

async function piecesOf(path: string): Promise<AsyncIterable<Uint8Array>> {
  const file = await open(path).catch((error) => Promise.reject(fileError(error, 'read', path)));
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
    const { size } = await file.stat();
    return chunks(path, isGzip(buffer.subarray(0, bytesRead)), size);
  } catch (error) {
    throw fileError(error, 'read', path);
  } finally {
    await file.close();
  }
}

/** The plain content, not more than so many bytes can unpack to. */
async function* chunks(path: string, packed: boolean, size: number): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  const stream: Readable = packed ? file.pipe(gunzip) : file;
  let passed = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      passed += chunk.length;
      if (passed > size * MOST_DEFLATED) throw new InputError('file', `data: ${path} unpacks to more than it can`);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    if (cause instanceof Error && 'syscall' in cause) throw fileError(cause, 'read', path);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError('file', `data: ${path} is a damaged or truncated gzip file (${reason})`, { cause });
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
