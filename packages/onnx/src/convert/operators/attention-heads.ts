import {
  add,
  broadcastTo,
  greater,
  matmul,
  mul,
  reduceMax,
  reshape,
  softmax,
  type Tensor,
  transpose,
  where,
} from '@unbraid/graph';

/** [rows, times, heads · size] as [rows, heads, times, size]. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [rows, times, width] = x.shape as [number, number, number];
  return transpose(reshape(x, [rows, times, heads, width / heads]), [0, 2, 1, 3]);
}

/** [rows, heads, times, size] as [rows, times, heads · size]. */
export function joinHeads(x: Tensor): Tensor {
  const [rows, heads, times, size] = x.shape as [number, number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [rows, times, heads * size]);
}

/** Each head so many times in a row, for groups of queries that share keys and values (Ainslie et al. 2023). */
export function repeatHeads(x: Tensor, times: number): Tensor {
  if (times === 1) return x;
  const [rows, heads, ...rest] = x.shape as [number, number, number, number];
  const wide = broadcastTo(reshape(x, [rows, heads, 1, ...rest]), [rows, heads, times, ...rest]);
  return reshape(wide, [rows, heads * times, ...rest]);
}

/** q kᵀ · scale, [rows, heads, times of q, times of k]. */
export const scoresOf = (q: Tensor, k: Tensor, scale: number): Tensor => matmul(mul(q, scale), k, { transposeB: true });

/**
 * The softmax of scores with a bias added, which is −∞ where a key isn't seen; of a query that sees none every weight is 0.
 */
export function weightsOf(scores: Tensor, bias: Tensor | undefined): Tensor {
  if (!bias) return softmax(scores);
  const sees = greater(reduceMax(bias, { axes: [-1], keepDims: true }), Number.NEGATIVE_INFINITY);
  // A row of −∞ alone has no softmax.
  const usable = where(sees, bias, 0);
  return where(sees, softmax(add(scores, usable)), 0);
}

/** A number that takes part in no weight. */
export const UNSEEN = Number.NEGATIVE_INFINITY;
