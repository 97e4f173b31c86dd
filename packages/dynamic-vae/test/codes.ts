import { createMatrix } from '@unbraid/data';
import type { Codes, Factors } from '../src/metrics/codes.ts';

/** Codes from rows of means, all with the standard deviation `deviation`. */
export function codesOf(means: readonly (readonly number[])[], deviation: number): Codes {
  const cols = means[0]!.length;
  const logVariance = createMatrix(means.length, cols);
  logVariance.data.fill(2 * Math.log(deviation));
  return { mean: createMatrix(means.length, cols, Float32Array.from(means.flat())), logVariance };
}

/** Every combination of the factors' values, each once, the last factor's varying fastest. */
export function wholeGrid(sizes: readonly number[]): { rows: number[][]; factors: Factors } {
  const rows = sizes.reduce<number[][]>(
    (grid, size) => grid.flatMap((row) => Array.from({ length: size }, (_, value) => [...row, value])),
    [[]],
  );
  return { rows, factors: { values: rows.flat(), sizes } };
}

/** A factor's value as a place from −`reach` to `reach`. */
export function place(value: number, size: number, reach: number): number {
  return reach * ((2 * value) / (size - 1) - 1);
}

/** A point turned about the origin. */
export function turned([a, b]: readonly [number, number], angle: number): [number, number] {
  return [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle)];
}
