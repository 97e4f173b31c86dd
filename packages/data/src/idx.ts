import { type ByteSource, InputError, toBytes } from '@unbraid/checks';

/** The array type of each IDX element type. */
export interface IdxArrays {
  uint8: Uint8Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  float32: Float32Array;
  float64: Float64Array;
}

/** Element types of IDX files. */
export type IdxDtype = keyof IdxArrays;

/** The content of an IDX file: an array of any rank, row-major (the last index runs fastest). */
export type IdxArray = {
  [D in IdxDtype]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: IdxArrays[D] };
}[IdxDtype];

/** Third byte of the magic number; the fourth is the rank. Format: Y. LeCun's MNIST page, "The IDX file format". */
const DTYPE_OF_CODE: ReadonlyMap<number, IdxDtype> = new Map([
  [0x08, 'uint8'],
  [0x09, 'int8'],
  [0x0b, 'int16'],
  [0x0c, 'int32'],
  [0x0d, 'float32'],
  [0x0e, 'float64'],
]);

/** More than any array has; 255 could be stated. */
const MAX_RANK = 64;

const BYTES: Record<IdxDtype, number> = { uint8: 1, int8: 1, int16: 2, int32: 4, float32: 4, float64: 8 };

/**
 * Reads the bytes of an (unpacked) IDX file. Arrays of single bytes are views over the source; wider elements are
 * big-endian in the file and copied to the machine's order.
 *
 * @param source the whole file.
 * @param name how errors name it.
 * @throws {InputError} where the bytes are not an IDX file, or fewer or more than its header announces.
 */
export function parseIdx(source: ByteSource, name = 'the IDX data'): IdxArray {
  const bytes = toBytes(source, name);
  const { dtype, shape, start, expected } = parseHeader(bytes, name);
  if (bytes.length !== expected) {
    const fault = bytes.length < expected ? 'is truncated' : 'has bytes after its end';
    throw new InputError(
      'file',
      `data: ${name} ${fault}: its header announces ${dtype} [${shape.join(', ')}], ${expected} bytes in all, and it has ${bytes.length} bytes`,
    );
  }
  return { dtype, shape, data: decode(dtype, bytes.subarray(start)) } as IdxArray;
}

/**
 * How many bytes an IDX file has, by its header.
 *
 * @throws as `parseIdx`.
 */
export function idxBytes(beginning: Uint8Array, name: string): number {
  return parseHeader(beginning, name).expected;
}

function parseHeader(bytes: Uint8Array, name: string) {
  const [zero0, zero1, code = 0, rank = 0] = bytes;
  const dtype = DTYPE_OF_CODE.get(code);
  if (bytes.length < 4 || zero0 !== 0 || zero1 !== 0 || !dtype) {
    const found = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new InputError(
      'file',
      `data: ${name} is not an IDX file: it begins with ${found || 'nothing'}, where IDX has 00 00, a type of 08, 09, 0b, 0c, 0d or 0e, and the rank`,
    );
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    throw new InputError(
      'file',
      `data: ${name} is truncated: its header takes ${start} bytes, and it has ${bytes.length} bytes`,
    );
  }
  if (rank > MAX_RANK)
    throw new InputError('file', `data: ${name} has ${rank} dimensions; ${MAX_RANK} at most can be read`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = start + shape.reduce((product, size) => product * size, 1) * BYTES[dtype];
  return { dtype, shape, start, expected };
}

function decode(dtype: IdxDtype, body: Uint8Array): IdxArrays[IdxDtype] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const each = <T extends { [index: number]: number; length: number }>(out: T, read: (offset: number) => number): T => {
    for (let i = 0; i < out.length; i++) out[i] = read(i * BYTES[dtype]);
    return out;
  };
  const length = body.length / BYTES[dtype];
  switch (dtype) {
    case 'uint8':
      return new Uint8Array(body.buffer, body.byteOffset, length);
    case 'int8':
      return new Int8Array(body.buffer, body.byteOffset, length);
    case 'int16':
      return each(new Int16Array(length), (offset) => view.getInt16(offset));
    case 'int32':
      return each(new Int32Array(length), (offset) => view.getInt32(offset));
    case 'float32':
      return each(new Float32Array(length), (offset) => view.getFloat32(offset));
    case 'float64':
      return each(new Float64Array(length), (offset) => view.getFloat64(offset));
  }
}
