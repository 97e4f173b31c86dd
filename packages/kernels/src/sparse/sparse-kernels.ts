import type { Engine } from '../engine.ts';
import { type Attention, type AttentionGradients, attention, attentionBackward, attentionRoom } from './attention.ts';
import { type PairGates, type PairGatesGradients, pairGates, pairGatesBackward, pairGatesRoom } from './pair-gates.ts';
import { type SparseFactor, sparseProduct, sparseProductTransposed } from './sparse-product.ts';

/** Kernels over the rows of sparse matrices. None stores anything of the size of entries × features. */
export interface SparseKernels {
  /**
   * out ← matrix · x: row i is Σ values[e] · x[columns[e]] over the entries e of row i. x has a row of `width` for each column of the
   * matrix, `out` one for each row.
   */
  sparseProduct(matrix: SparseFactor, x: Float32Array, width: number, out: Float32Array): void;

  /** out ← matrixᵀ · x, without tables of the transposed matrix: x has a row for each row of the matrix, `out` one for each column. */
  sparseProductTransposed(matrix: SparseFactor, x: Float32Array, width: number, out: Float32Array): void;

  /**
   * out_i ← x_i − limit · Σ over the edges e = (i, j) of values_e / roots_i u_e ⊙ (x_i / roots_i − x_j / roots_j), where u_e is the logistic function of a_i + b_j, entries
   * of a and b being held within ±40.
   */
  pairGates(gates: PairGates, out: Float32Array): void;

  /** How many numbers of room `pairGates` and `pairGatesBackward` need for so many nodes of so many features. */
  pairGatesRoom(nodes: number, width: number): number;

  /** The cotangents of x, a and b, written to dx, da and db, from that of the result of `pairGates`. */
  pairGatesBackward(gates: PairGates, gradients: PairGatesGradients): void;

  /**
   * out_i ← Σ_j α_ij h_j for each head, α_i the softmax over the entries j of row i of leaky(left_i + right_j), where leaky(z) is z or
   * slope · z, whichever has z > 0 (Veličković et al. 2018, equations 3 and 4). Rows without entries give zeros.
   */
  attention(attention: Attention, out: Float32Array): void;

  /** How many numbers `factors` of `attention` and `attentionBackward` needs for so many nodes. */
  attentionRoom(nodes: number): number;

  /** The cotangents of h, left and right, written to dh, dleft and dright, from the result of `attention` and its cotangent. */
  attentionBackward(attention: Attention, gradients: AttentionGradients): void;
}

export const createSparseKernels = (engine: Engine): SparseKernels => ({
  sparseProduct: (matrix, x, width, out) => sparseProduct(engine, matrix, x, width, out),
  sparseProductTransposed: (matrix, x, width, out) => sparseProductTransposed(engine, matrix, x, width, out),
  pairGates: (gates, out) => pairGates(engine, gates, out),
  pairGatesRoom: (nodes, width) => pairGatesRoom(engine, nodes, width),
  pairGatesBackward: (gates, gradients) => pairGatesBackward(engine, gates, gradients),
  attention: (given, out) => attention(engine, given, out),
  attentionRoom: (nodes) => attentionRoom(engine, nodes),
  attentionBackward: (given, gradients) => attentionBackward(engine, given, gradients),
});
