import { add, cast, greaterEqual, matmul, mul, reduceMean, reduceSum, sub, type Tensor } from '@unbraid/graph';

// The GaLU network and its adjoint, in the symbols of arXiv 1906.05032, Section 2:
// X (m × d) inputs, U (k × d) gates, W (k × d) linear parts, A (k × c) output weights, G (m × k) which gate is on for which input.

/** G_ij = 1{u_j · x_i ≥ 0}, as 0 and 1. */
export const openGates = (x: Tensor, u: Tensor): Tensor =>
  cast(greaterEqual(matmul(x, u, { transposeB: true }), 0), 'float32');

/** N(X) = ((X Wᵀ) ⊙ G) A, m × c. */
export const output = (x: Tensor, g: Tensor, w: Tensor, a: Tensor): Tensor =>
  matmul(mul(g, matmul(x, w, { transposeB: true })), a);

/** Φᵀ R = ((R Aᵀ) ⊙ G)ᵀ X, k × d: the adjoint of `output` in W. */
export const adjoint = (x: Tensor, g: Tensor, r: Tensor, a: Tensor): Tensor =>
  matmul(mul(g, matmul(r, a, { transposeB: true })), x, { transposeA: true });

/** The sum of what the blocks of rows contribute; there is at least one. */
export const sumOf = (parts: readonly Tensor[]): Tensor => parts.reduce((sum, part) => add(sum, part));

export const columnSums = (t: Tensor): Tensor => reduceSum(t, { axes: [0] });

/** Weights of rows: their square roots, m × 1, and one over their sum. */
export interface RowRoots {
  readonly roots: Tensor;
  readonly share: number;
}

/**
 * √s ⊙ (N − means), of √s ⊙ N: what is left of a column when the weighted mean is taken from its rows; twice, since the first means are rounded by what they are
 * of.
 */
export function centredBy(t: Tensor, { roots, share }: RowRoots): { rest: Tensor; means: Tensor } {
  const mean = (of: Tensor) => mul(columnSums(mul(of, roots)), share);
  const first = mean(t);
  const near = sub(t, mul(roots, first));
  const second = mean(near);
  return { rest: sub(near, mul(roots, second)), means: add(first, second) };
}

/** A matrix less the means of its columns; twice, since the first means are rounded by what they are of. */
export function centred(t: Tensor): { rest: Tensor; means: Tensor } {
  const first = reduceMean(t, { axes: [0] });
  const near = sub(t, first);
  const second = reduceMean(near, { axes: [0] });
  return { rest: sub(near, second), means: add(first, second) };
}
