import type { Arithmetic } from './newton-steps.ts';

// Vectors in double precision, in loops.

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** y += factor · x */
export function addScaled(factor: number, x: ArrayLike<number>, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += factor * x[i]!;
}

/** For `conjugateSteps`. */
export const inDouble: Arithmetic<Float64Array> = {
  copy: (x, out) => out.set(x),
  dot,
  axpy: addScaled,
  axpby(a, x, b, y) {
    for (let i = 0; i < y.length; i++) y[i] = a * x[i]! + b * y[i]!;
  },
};
