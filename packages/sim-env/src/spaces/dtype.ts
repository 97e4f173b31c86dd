import { EnvError } from '../env-error.ts';
import { describeValue } from './describe-value.ts';
import { roundToFloat16 } from './float16.ts';

const arrays = {
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/**
 * NumPy's names of the element types that a Box can have. Arrays of int64 and uint64 hold bigints; those of bool are a Uint8Array of 0 and 1, those of float16 a
 * Float32Array whose numbers are float16s, since JavaScript has no arrays of them everywhere.
 */
export type Dtype = keyof typeof arrays;

/** Whole numbers. */
export type IntegerDtype = Exclude<Dtype, 'float16' | 'float32' | 'float64' | 'bool'>;

/** Whose entries are bigints. */
export type WideDtype = 'int64' | 'uint64';

interface Arrays {
  float16: Float32Array;
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
}

/** The array of an element type. */
export type ArrayOf<D extends Dtype> = Arrays[D];

export const dtypes = Object.keys(arrays) as readonly Dtype[];

export const isDtype = (name: unknown): name is Dtype => typeof name === 'string' && Object.hasOwn(arrays, name);

export const isFloat = (dtype: Dtype): boolean => dtype.startsWith('float');

export const isWide = (dtype: Dtype): dtype is WideDtype => dtype.endsWith('64') && !isFloat(dtype);

export const isInteger = (dtype: Dtype): dtype is IntegerDtype => !isFloat(dtype) && dtype !== 'bool';

/** @throws EnvError for a type that is none, or none that `among` holds of */
export function checkDtype(where: string, name: unknown, among: (dtype: Dtype) => boolean = () => true): void {
  if (isDtype(name) && among(name)) return;
  const there = dtypes.filter(among).join(', ');
  throw new EnvError('setting', `sim-env: ${where}: dtype is ${there}, got ${describeValue(name)}`);
}

type Entries = Iterable<number> | Iterable<bigint>;

/** An array of a length, or of entries that are of the type. */
export function createArray<D extends Dtype>(dtype: D, from: number | Entries): ArrayOf<D> {
  const Elements = arrays[dtype] as unknown as new (from: number | Entries) => ArrayOf<D>;
  return new Elements(from);
}

/** Bytes of an element in memory. */
export const arrayBytes = (dtype: Dtype): number => arrays[dtype].BYTES_PER_ELEMENT;

/** In messages: `an Int8Array`. */
export const anArray = (dtype: Dtype): string =>
  `${arrays[dtype].name.startsWith('I') ? 'an' : 'a'} ${arrays[dtype].name}`;

export const isArrayOf = <D extends Dtype>(value: unknown, dtype: D): value is ArrayOf<D> =>
  value instanceof arrays[dtype];

/** Smallest and largest number of the type. */
export function limitsOf(dtype: Dtype): readonly [number | bigint, number | bigint] {
  if (isFloat(dtype)) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (dtype === 'bool') return [0, 1];
  const bits = 8 * arrays[dtype].BYTES_PER_ELEMENT;
  const [low, high] = dtype.startsWith('u')
    ? [0n, 2n ** BigInt(bits)]
    : [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1)];
  return isWide(dtype) ? [low, high - 1n] : [Number(low), Number(high - 1n)];
}

/**
 * A number as an entry of an array of the type: floats are rounded to it, numbers become bigints where it has those. Undefined for what is no number of the
 * type: NaN, half a number, one beyond its limits.
 */
export function entryOf(dtype: Dtype, value: unknown): number | bigint | undefined {
  if (typeof value !== 'number' && !(typeof value === 'bigint' && isWide(dtype))) return undefined;
  const [least, most] = limitsOf(dtype);
  if (!(value >= least && value <= most)) return undefined;
  if (isFloat(dtype)) return rounded(dtype, value as number);
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  return isWide(dtype) ? BigInt(value) : value;
}

/** The nearest number of a type of floats. */
export function rounded(dtype: Dtype, value: number): number {
  if (dtype === 'float64') return value;
  return dtype === 'float16' ? roundToFloat16(value) : Math.fround(value);
}
