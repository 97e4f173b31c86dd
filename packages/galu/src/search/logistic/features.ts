import { cast, greaterEqual, matmul, mul, reshape, type Tensor } from '@unbraid/graph';
import type { Design } from '../design.ts';

/** Gated inputs of a block of rows take this many bytes at most. */
const MOST_BYTES = 64 * 2 ** 20;

/** Blocks of about the same number of rows. */
export function blocksOf(rows: number, unknowns: number): number[] {
  const most = Math.max(1, Math.floor(MOST_BYTES / (4 * unknowns)));
  const blocks = Math.ceil(rows / most);
  const start = (i: number) => Math.floor((i * rows) / blocks);
  return Array.from({ length: blocks }, (_, i) => start(i + 1) - start(i));
}

/** Z, rows × k·d: each neuron's inputs, zero where it is closed. */
export function gatedRows(x: Tensor, u: Tensor): Tensor {
  const [k, d] = u.shape as [number, number];
  const rows = x.shape[0]!;
  const open = cast(greaterEqual(matmul(x, u, { transposeB: true }), 0), 'float32');
  return reshape(mul(reshape(open, [rows, k, 1]), reshape(x, [rows, 1, d])), [rows, k * d]);
}

/** a of each unknown's neuron. */
export const factorsOf = ({ a, gates }: Pick<Design, 'a' | 'gates'>): Float32Array =>
  Float32Array.from(gates.data, (_, i) => a.data[Math.floor(i / gates.cols)]!);
