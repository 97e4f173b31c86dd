import type { Engine } from '../engine.ts';
import { type Attention, type AttentionGradients, attention, attentionBackward, attentionRoom } from './attention.ts';
import { type EdgeDots, edgeDots } from './edge-dots.ts';
import { type PairGates, type PairGatesGradients, pairGates, pairGatesBackward, pairGatesRoom } from './pair-gates.ts';
import { type SegmentMax, type SegmentMaxGradients, segmentMax, segmentMaxBackward } from './segment-max.ts';
import { type SegmentSoftmaxGradients, segmentSoftmax, segmentSoftmaxBackward } from './segment-softmax.ts';
import { segmentSpread, segmentSum } from './segment-sum.ts';
import { type SparseFactor, sparseProduct, sparseProductTransposed } from './sparse-product.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Kernels over the rows of sparse matrices. None stores anything of the size of entries × features but what it is told to give. */
export interface SparseKernels {
  /**
   * out ← matrix · x: row i is Σ values[e] · x[columns[e]] over the entries e of row i. x has a row of `width` for each column of the
   * matrix, `out` one for each row. With `heads` a row's numbers are so many runs, each multiplied by values of its own.
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

  /** out[e, h] ← head h of q_i · head h of k_j for each entry e = (i, j), added in float32: `out` is [entries, heads]. */
  edgeDots(given: EdgeDots, out: Float32Array): void;

  /**
   * out ← the softmax of what the entries of each row have among each other, column by column: x and out are [entries, heads]. Exponentials are right to 2e-7
   * and 0 for what lies more than 87 below the largest; they are added in float64.
   */
  segmentSoftmax(rows: SparseRows, heads: number, x: Float32Array, out: Float32Array): void;

  /** The cotangent of x, written to dx, from the result y of `segmentSoftmax` and its cotangent: y (g − Σ y g) by row and column, in float64. */
  segmentSoftmaxBackward(rows: SparseRows, heads: number, gradients: SegmentSoftmaxGradients): void;

  /** Row i of `out` ← Σ of the rows of x that are its entries: x is [entries, width], `out` [rows, width]. */
  segmentSum(rows: SparseRows, x: Float32Array, width: number, out: Float32Array): void;

  /** The rows of `out` that are entries of row i ← row i of x: x is [rows, width], `out` [entries, width]. */
  segmentSpread(rows: SparseRows, x: Float32Array, width: number, out: Float32Array): void;

  /** Row i of `out` ← the largest of what its entries have, or what their columns have, column by column; zeros for rows without entries, NaN where one is. */
  segmentMax(given: SegmentMax, out: Float32Array): void;

  /** The cotangent of x, written to dx, from the result of `segmentMax` and its cotangent; of several that are as large each gets an equal part. */
  segmentMaxBackward(given: SegmentMax, gradients: SegmentMaxGradients): void;
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
  edgeDots: (given, out) => edgeDots(engine, given, out),
  segmentSoftmax: (rows, heads, x, out) => segmentSoftmax(engine, rows, heads, x, out),
  segmentSoftmaxBackward: (rows, heads, gradients) => segmentSoftmaxBackward(engine, rows, heads, gradients),
  segmentSum: (rows, x, width, out) => segmentSum(engine, rows, x, width, out),
  segmentSpread: (rows, x, width, out) => segmentSpread(engine, rows, x, width, out),
  segmentMax: (given, out) => segmentMax(engine, given, out),
  segmentMaxBackward: (given, gradients) => segmentMaxBackward(engine, given, gradients),
});
