import type { Matrix } from './matrix.ts';

/** Where each row is largest: its column, of equal ones the first. */
export function largestColumns({ data, rows, cols }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let j = 1; j < cols; j++) if (data[i * cols + j]! > data[i * cols + best]!) best = j;
    return best;
  });
}

/** The class that each row of a model's outputs speaks for: where it is largest; of a single column, 1 where it is above 0, else 0. */
export const classesOfOutputs = (outputs: Matrix): Int32Array =>
  outputs.cols === 1
    ? Int32Array.from({ length: outputs.rows }, (_, i) => Number(outputs.data[i]! > 0))
    : largestColumns(outputs);
