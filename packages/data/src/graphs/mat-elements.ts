import { InputError } from '@unbraid/checks';
import { inflate, inflateBeginning } from '#platform';
import type { MatBudget } from './mat-matrix.ts';

// Types of data elements: MATLAB, "MAT-File Format" (level 5), table 1-1.
export const MATRIX = 14;
export const COMPRESSED = 15;

export interface MatElement {
  readonly type: number;
  readonly data: Uint8Array;
}

type Read = (view: DataView, at: number, little: boolean) => number | bigint;

const NUMBERS: ReadonlyMap<number, readonly [size: number, read: Read]> = new Map([
  [1, [1, (view, at) => view.getInt8(at)]],
  [2, [1, (view, at) => view.getUint8(at)]],
  [3, [2, (view, at, little) => view.getInt16(at, little)]],
  [4, [2, (view, at, little) => view.getUint16(at, little)]],
  [5, [4, (view, at, little) => view.getInt32(at, little)]],
  [6, [4, (view, at, little) => view.getUint32(at, little)]],
  [7, [4, (view, at, little) => view.getFloat32(at, little)]],
  [9, [8, (view, at, little) => view.getFloat64(at, little)]],
  [12, [8, (view, at, little) => view.getBigInt64(at, little)]],
  [13, [8, (view, at, little) => view.getBigUint64(at, little)]],
]);

/** What is wrong with a file; the one who reads it adds the file's name. */
export const damage = (what: string) => new InputError('file', what);

/** Names that MATLAB gives have up to 63 letters, digits and underscores. */
const LONGEST_NAME = 1000;

/** A variable's name, which messages repeat. @throws InputError where it could not be one */
export function checkedName(name: string): string {
  if (name.length > LONGEST_NAME) throw damage(`a name of ${name.length} letters`);
  if (/\p{C}/u.test(name)) throw damage('a name of something else than letters');
  return name;
}

/** Data elements one behind another: type, length and data filled up to 8 bytes, or all in 8 bytes for up to 4 of data. */
export function* matElements(bytes: Uint8Array, little: boolean): Generator<MatElement> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    if (at + 8 > bytes.length) throw damage(`${bytes.length - at} bytes at the end are no element`);
    const word = view.getUint32(at, little);
    const small = word >>> 16;
    const length = small || view.getUint32(at + 4, little);
    const start = at + (small ? 4 : 8);
    if (small > 4) throw damage(`an element of ${small} bytes stands where 4 have room`);
    if (start + length > bytes.length) throw damage(`an element of ${length} bytes goes past the end`);
    const type = small ? word & 0xffff : word;
    yield { type, data: bytes.subarray(start, start + length) };
    // Compressed elements alone are not filled up; nor is the last one of some writers.
    const end = type === COMPRESSED ? start + length : Math.min(start + Math.ceil(length / 8) * 8, bytes.length);
    at = small ? at + 8 : end;
  }
}

/** How many numbers an element has. */
export const matCount = ({ type, data }: MatElement): number => data.length / (NUMBERS.get(type)?.[0] ?? 1);

/** The numbers of an element. @throws InputError for other types, and for integers beyond 2^53. */
export function matNumbers({ type, data }: MatElement, little: boolean): Float64Array {
  const [size, read] = NUMBERS.get(type) ?? [];
  if (!size || !read) throw damage(`numbers of type ${type} are not known`);
  if (data.length % size !== 0) throw damage(`${data.length} bytes are no whole count of numbers of ${size} bytes`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const values = new Float64Array(data.length / size);
  for (let i = 0; i < values.length; i++) {
    const value = read(view, i * size, little);
    values[i] = Number(value);
    if (typeof value === 'bigint' && !Number.isSafeInteger(values[i]))
      throw damage(`the integer ${value} is beyond 2^53`);
  }
  return values;
}

/** Bytes of a compressed element from which its first ones are unpacked, to see what it is. */
const HEAD = 512;

/** The first bytes of what a compressed element holds: at most a thousand times `HEAD`. */
export function unpackedHead(data: Uint8Array): Uint8Array {
  return inflateBeginning(data.subarray(0, HEAD));
}

/**
 * What a compressed element holds.
 *
 * @param declared the bytes that it says it has; Infinity where it doesn't say.
 * @throws InputError where it has more, or goes past the limit; it is not unpacked further than to there.
 */
export function unpacked(data: Uint8Array, declared: number, budget: MatBudget): Uint8Array {
  if (declared > budget.left && declared < Number.POSITIVE_INFINITY)
    throw budget.exceeded(`a variable of ${declared} bytes`);
  const most = Math.max(1, Math.floor(Math.min(declared, budget.left)));
  const bytes = inflate(data, most);
  if (bytes !== undefined) {
    budget.spend(bytes.length, 'a variable');
    return bytes;
  }
  if (most < declared) throw budget.exceeded('a variable');
  throw damage(`a compressed element has more than the ${declared} bytes that it declares`);
}
