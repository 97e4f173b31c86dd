import { createMatrix, type Matrix } from '@unbraid/data';
import type { Design } from '../design.ts';
import { openNeurons } from '../moments.ts';

/** Z, m × k·d: each neuron's inputs, zero where it is closed. */
export function gatedInputs({ x, gates }: Pick<Design, 'x' | 'gates'>): Matrix {
  const { rows, cols: d } = x;
  const z = createMatrix(rows, gates.data.length);
  const open = new Int32Array(gates.rows);
  for (let i = 0; i < rows; i++) {
    const inputs = x.data.subarray(i * d, (i + 1) * d);
    const count = openNeurons(x, i, gates, open);
    for (let at = 0; at < count; at++) z.data.set(inputs, i * z.cols + open[at]! * d);
  }
  return z;
}

/** Means of columns. */
export function meansOf({ data, rows, cols }: Matrix): Float32Array {
  const sums = new Float64Array(cols);
  for (let at = 0; at < data.length; at += cols) for (let j = 0; j < cols; j++) sums[j]! += data[at + j]!;
  return Float32Array.from(sums, (sum) => sum / rows);
}

/** a of each unknown's neuron. */
export const factorsOf = ({ a, gates }: Pick<Design, 'a' | 'gates'>): Float32Array =>
  Float32Array.from(gates.data, (_, i) => a.data[Math.floor(i / gates.cols)]!);
