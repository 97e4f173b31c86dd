import type { DType } from './dtype.ts';
import { type Shape, sizeOf, stridesOf } from './shape.ts';

/** A concrete array, row-major, computed in double precision whatever its `dtype`. Integers are exact to 2^53. */
export interface NdArray {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: Float64Array;
}

/** Rounds to what `dtype` can hold. */
export function roundTo(dtype: DType, x: number): number {
  if (dtype === 'float32') return Math.fround(x);
  if (dtype === 'float64') return x;
  if (dtype === 'bool') return x === 0 ? 0 : 1;
  // Integers have one 0.
  return Math.trunc(x) + 0;
}

/** An array whose element at flat position `i` and index `index` is `f(i, index)`. */
export function build(shape: Shape, dtype: DType, f: (i: number, index: readonly number[]) => number): NdArray {
  const size = sizeOf(shape);
  const data = new Float64Array(size);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < size; i++) {
    data[i] = roundTo(dtype, f(i, index));
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape, dtype, data };
}

/** A reader of `array` as if it were broadcast to a larger shape: takes an index of that shape. */
export function broadcastReader(array: NdArray): (index: readonly number[]) => number {
  const { shape, data } = array;
  const strides = stridesOf(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return (index) => {
    const skip = index.length - shape.length;
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) at += strides[axis]! * index[skip + axis]!;
    return data[at]!;
  };
}

/** The flat position of `index` in an array of `shape`. */
export function flatIndex(shape: Shape, index: readonly number[]): number {
  let at = 0;
  for (let axis = 0; axis < shape.length; axis++) at = at * shape[axis]! + index[axis]!;
  return at;
}
