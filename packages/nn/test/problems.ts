import { createRandom } from '@unbraid/kernels';
import { activation, type Data, dense, type Matrix, sequential } from '../src/index.ts';

/** Standard normal numbers. */
export function normalMatrix(rows: number, cols: number, seed = 1): Matrix {
  return { data: createRandom(seed).normal(new Float32Array(rows * cols)), rows, cols };
}

/** Points labelled by which of three sectors of the plane they lie in. */
export function sectors(rows: number, seed = 1): Data & { readonly y: Int32Array } {
  const x = normalMatrix(rows, 2, seed);
  const y = Int32Array.from({ length: rows }, (_, i) => {
    const angle = Math.atan2(x.data[2 * i]!, x.data[2 * i + 1]!) + Math.PI;
    return Math.min(2, Math.floor((3 * angle) / (2 * Math.PI)));
  });
  return { x, y };
}

/** A net for `sectors`. */
export const sectorNet = (width = 16) => sequential([dense(2, width), activation('tanh'), dense(width, 3)]);

/** Numbers that a linear map of `x` gives, `cols` in a row, without noise. */
export function linearTargets(x: Matrix, cols: number, seed = 9): Matrix {
  const weights = normalMatrix(x.cols, cols, seed).data;
  const data = Float32Array.from({ length: x.rows * cols }, (_, at) => {
    const [row, col] = [Math.floor(at / cols), at % cols];
    let sum = 0;
    for (let k = 0; k < x.cols; k++) sum += x.data[row * x.cols + k]! * weights[k * cols + col]!;
    return sum;
  });
  return { data, rows: x.rows, cols };
}
