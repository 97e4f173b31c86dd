import { type ByteSource, InputError, showValue, toBytes } from '@unbraid/checks';
import { floatOfHalf } from '@unbraid/checks/safetensors';
import { type NpyHeader, parseNpyHeader } from './npy-header.ts';

/** The arrays that NumPy files of plain numbers become. Bits of booleans are bytes 0 and 1; half floats become float32. */
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

interface ElementType {
  /** In the file. */
  readonly width: number;
  /** The values of bytes that are little-endian and no one else's. */
  read(bytes: Uint8Array<ArrayBuffer>): NpyData;
}

/** By NumPy's kind and width; its first character is the order of bytes. */
const TYPES: Readonly<Record<string, ElementType>> = {
  b1: { width: 1, read: (bytes) => bytes },
  u1: { width: 1, read: (bytes) => bytes },
  i1: { width: 1, read: ({ buffer }) => new Int8Array(buffer) },
  u2: { width: 2, read: ({ buffer }) => new Uint16Array(buffer) },
  i2: { width: 2, read: ({ buffer }) => new Int16Array(buffer) },
  u4: { width: 4, read: ({ buffer }) => new Uint32Array(buffer) },
  i4: { width: 4, read: ({ buffer }) => new Int32Array(buffer) },
  u8: { width: 8, read: ({ buffer }) => new BigUint64Array(buffer) },
  i8: { width: 8, read: ({ buffer }) => new BigInt64Array(buffer) },
  f2: { width: 2, read: ({ buffer }) => Float32Array.from(new Uint16Array(buffer), floatOfHalf) },
  f4: { width: 4, read: ({ buffer }) => new Float32Array(buffer) },
  f8: { width: 8, read: ({ buffer }) => new Float64Array(buffer) },
};

/** What to do about arrays of other things, by NumPy's kind. */
const ADVICE: Readonly<Record<string, string>> = {
  O: 'it holds Python objects, and reading those would run code; save an array of numbers (numpy.asarray(a, dtype=numpy.float64))',
  U: 'it holds text; save numbers, such as numpy.unique(a, return_inverse=True)[1]',
  S: 'it holds text; save numbers, such as numpy.unique(a, return_inverse=True)[1]',
  c: 'it holds complex numbers; save a.real and a.imag',
  f: 'save it as float64 (a.astype(numpy.float64))',
};

/**
 * Reads a `.npy` file of numbers that is in memory, of either order of bytes and of dimensions. Values are copied, so that they are
 * aligned and row-major.
 *
 * @param source the whole file.
 * @param name how errors name it.
 * @throws {InputError} `file`: as `parseNpyHeader`, or where it holds something else than plain numbers, or more or less bytes than its
 *   shape takes.
 */
export function parseNpy(source: ByteSource, name = 'the NumPy data'): NpyArray {
  const bytes = toBytes(source, name);
  const { dtype, shape, fortranOrder, offset } = parseNpyHeader(bytes, name);
  const type = checkNpyBytes({ dtype, shape, offset }, bytes.length, name);
  const body = bytes.slice(offset);
  if (dtype[0] === '>') reverseElements(body, type.width);
  if (dtype.endsWith('b1')) checkBooleans(body, name);
  return { shape, data: type.read(fortranOrder ? rowMajor(body, shape, type.width) : body) };
}

/**
 * The type of a file's elements, where a file of `available` bytes is as long as its header says.
 *
 * @throws {InputError} `file`, where it is not, or its elements are not plain numbers.
 */
export function checkNpyBytes(
  header: Pick<NpyHeader, 'dtype' | 'shape' | 'offset'>,
  available: number,
  name: string,
): ElementType {
  const { dtype, shape, offset } = header;
  const kind = dtype.slice(1);
  const type = /^[<>|=]/.test(dtype) && Object.hasOwn(TYPES, kind) ? TYPES[kind]! : undefined;
  if (!type) {
    const advice = ADVICE[dtype[1] ?? ''] ?? `${Object.keys(TYPES).join(', ')} can be read`;
    throw new InputError('file', `data: ${name} has values of type ${showValue(dtype)}; ${advice}`);
  }
  const count = shape.reduce((product, size) => product * size, 1);
  const end = offset + count * type.width;
  if (available === end) return type;
  throw new InputError(
    'file',
    `data: ${name} is truncated or damaged: ${count} values of type ${dtype} end at byte ${end}, the file at ${available}`,
  );
}

/** Turns the order of bytes within each element, in place. */
export function reverseElements(bytes: Uint8Array, width: number): void {
  for (let i = 0; i < bytes.length; i += width) {
    for (let [low, high] = [i, i + width - 1]; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

function checkBooleans(bytes: Uint8Array, name: string): void {
  const wrong = bytes.findIndex((byte) => byte > 1);
  if (wrong < 0) return;
  throw new InputError(
    'file',
    `data: ${name} is damaged: value ${wrong} (counted from 0) is ${bytes[wrong]}; booleans are bytes 0 and 1`,
  );
}

/** Elements whose first index runs fastest, in the order in which the last does. */
function rowMajor(bytes: Uint8Array<ArrayBuffer>, shape: readonly number[], width: number): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0 || shape.filter((size) => size > 1).length < 2) return bytes;
  const strides: number[] = [];
  let stride = width;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  const out = new Uint8Array(bytes.length);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let at = 0; at < out.length; at += width) {
    for (let k = 0; k < width; k++) out[at + k] = bytes[from + k]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
