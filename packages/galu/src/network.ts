import { add, cast, greaterEqual, matmul, mul, reduceSum, sub, type Tensor } from '@unbraid/graph';

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

/** Means of the columns of blocks of `rows` rows in all. */
export const columnMeans = (blocks: readonly Tensor[], rows: number): Tensor =>
  mul(sumOf(blocks.map((block) => reduceSum(block, { axes: [0] }))), 1 / rows);

/** Blocks of `rows` rows in all less the means of their columns; twice, since the first means are rounded by what they are of. */
export function centred(blocks: readonly Tensor[], rows: number): { blocks: Tensor[]; means: Tensor } {
  const first = columnMeans(blocks, rows);
  const near = blocks.map((block) => sub(block, first));
  const second = columnMeans(near, rows);
  return { blocks: near.map((block) => sub(block, second)), means: add(first, second) };
}
