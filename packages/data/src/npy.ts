/** The arrays that NumPy files of plain numbers become. Bits of booleans are bytes 0 and 1. */
export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array of NumPy, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: NpyData;
}

/** What the beginning of a `.npy` file says. */
export interface NpyHeader {
  /** NumPy's name for the type, such as `<f8` or `|u1`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where the values begin, in bytes. */
  readonly offset: number;
}

const ARRAYS: Readonly<Record<string, (bytes: ArrayBuffer) => NpyData>> = {
  '|b1': (bytes) => new Uint8Array(bytes),
  '|u1': (bytes) => new Uint8Array(bytes),
  '|i1': (bytes) => new Int8Array(bytes),
  '<u2': (bytes) => new Uint16Array(bytes),
  '<i2': (bytes) => new Int16Array(bytes),
  '<u4': (bytes) => new Uint32Array(bytes),
  '<i4': (bytes) => new Int32Array(bytes),
  '<u8': (bytes) => new BigUint64Array(bytes),
  '<i8': (bytes) => new BigInt64Array(bytes),
  '<f4': (bytes) => new Float32Array(bytes),
  '<f8': (bytes) => new Float64Array(bytes),
};

const MAGIC = '\x93NUMPY';

/** Bytes that hold the header's length, after the magic string and two bytes of version (NumPy's `numpy.lib.format`). */
const LENGTH_BYTES: Readonly<Record<number, number>> = { 1: 2, 2: 4, 3: 4 };

/**
 * Reads the header of a `.npy` file, format versions 1 to 3, from its beginning.
 *
 * @param bytes at least the header, as a rule the first 128 bytes.
 * @param name how errors name the file.
 * @throws where it is not such a header, or is cut off.
 */
export function parseNpyHeader(bytes: Uint8Array, name = 'the NumPy data'): NpyHeader {
  if (ascii(bytes, 0, 6) !== MAGIC) throw new Error(`data: ${name} is not a NumPy .npy file, or it is damaged`);
  const lengthBytes = LENGTH_BYTES[bytes[6]!];
  if (!lengthBytes) throw new Error(`data: ${name} has .npy format version ${bytes[6]}; versions 1 to 3 can be read`);
  const start = 8 + lengthBytes;
  let length = 0;
  for (let i = start - 1; i >= 8; i--) length = length * 256 + (bytes[i] ?? Number.NaN);
  const offset = start + length;
  if (!(offset <= bytes.length)) throw new Error(`data: ${name} is truncated in its header`);
  return { ...parseFields(ascii(bytes, start, offset), name), offset };
}

/**
 * Reads a `.npy` file of numbers that is in memory. Values are copied, so that they are aligned.
 *
 * @throws as `parseNpyHeader`, or where the type is not one of little-endian plain numbers or the values are cut off.
 */
export function parseNpy(bytes: Uint8Array, name = 'the NumPy data'): NpyArray {
  const { dtype, shape, offset } = parseNpyHeader(bytes, name);
  const create = ARRAYS[dtype];
  if (!create) {
    throw new Error(`data: ${name} has values of type ${dtype}; ${Object.keys(ARRAYS).join(', ')} can be read`);
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const end = offset + count * Number(dtype[2]);
  if (bytes.length !== end) {
    throw new Error(
      `data: ${name} is truncated or damaged: ${count} values of type ${dtype} end at byte ${end}, the file at ${bytes.length}`,
    );
  }
  return { shape, data: create(bytes.slice(offset, end).buffer as ArrayBuffer) };
}

/** The Python dictionary of a header: descr, fortran_order, shape. */
function parseFields(text: string, name: string): Omit<NpyHeader, 'offset'> {
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new Error(`data: ${name} has a .npy header of something else than an array of plain numbers: ${text.trim()}`);
  }
  const sizes = shape.split(',').filter((part) => part.trim() !== '');
  if (order === 'True' && sizes.length > 1) {
    throw new Error(
      `data: ${name} is stored column by column (fortran_order); save numpy.ascontiguousarray of it instead`,
    );
  }
  return { dtype: descr, shape: sizes.map(Number) };
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
