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
