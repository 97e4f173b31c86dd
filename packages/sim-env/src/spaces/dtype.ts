import { EnvError } from '../env-error.ts';
import { describeValue } from './describe-value.ts';

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
} as const;

/** NumPy's names of the element types that a Box can have. */
export type Dtype = keyof typeof arrays;

interface Arrays {
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
}

/** The array of an element type. */
export type ArrayOf<D extends Dtype> = Arrays[D];

export const dtypes = Object.keys(arrays) as readonly Dtype[];

export const isDtype = (name: unknown): name is Dtype => typeof name === 'string' && Object.hasOwn(arrays, name);

/** What to take instead of types that NumPy has and a Box here has not. */
const instead: Readonly<Record<string, string>> = {
  int64: 'int32, or float64 for integers up to 2^53',
  uint64: 'uint32, or float64 for integers up to 2^53',
  bool: 'multiBinary, or uint8 from 0 to 1',
  float16: 'float32',
};

/** @throws EnvError for a type that no Box has, with one to take instead where there is one */
export function checkDtype(where: string, name: unknown): asserts name is Dtype {
  if (isDtype(name)) return;
  const other = typeof name === 'string' && Object.hasOwn(instead, name) ? instead[name] : undefined;
  const advice = other === undefined ? '' : `; take ${other} instead of ${name}`;
  throw new EnvError(
    'setting',
    `sim-env: ${where}: dtype is ${dtypes.join(', ')}, got ${describeValue(name)}${advice}`,
  );
}

export const isFloat = (dtype: Dtype): boolean => dtype.startsWith('float');

export function createArray<D extends Dtype>(dtype: D, from: number | Iterable<number>): ArrayOf<D> {
  const Elements = arrays[dtype] as unknown as new (from: number | Iterable<number>) => ArrayOf<D>;
  return new Elements(from);
}

/** Bytes of an element. */
export const arrayBytes = (dtype: Dtype): number => arrays[dtype].BYTES_PER_ELEMENT;

export const arrayName = (dtype: Dtype): string => arrays[dtype].name;

export const isArrayOf = <D extends Dtype>(value: unknown, dtype: D): value is ArrayOf<D> =>
  value instanceof arrays[dtype];

/** The type of an array's elements; undefined for one that no Box has. */
export const dtypeOf = (array: ArrayBufferView): Dtype | undefined => {
  if (array instanceof Uint8ClampedArray) return 'uint8';
  return dtypes.find((dtype) => array instanceof arrays[dtype]);
};

/** Smallest and largest number of the type. */
export function limitsOf(dtype: Dtype): readonly [number, number] {
  if (isFloat(dtype)) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const bits = 8 * arrays[dtype].BYTES_PER_ELEMENT;
  return dtype.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}
