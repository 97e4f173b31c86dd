import type { Matrix } from '@unbraid/data';

/** a_i · b_j of rows of matrices with as many columns, in double precision. */
export function rowProduct(a: Matrix, i: number, b: Matrix, j: number): number {
  const [p, q] = [i * a.cols, j * b.cols];
  let sum = 0;
  for (let t = 0; t < a.cols; t++) sum += a.data[p + t]! * b.data[q + t]!;
  return sum;
}

/** ‖a_i‖ of each row. */
export const rowNorms = (a: Matrix): Float64Array =>
  Float64Array.from({ length: a.rows }, (_, i) => Math.sqrt(rowProduct(a, i, a, i)));
