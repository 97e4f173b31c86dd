import {
  cast,
  type DType,
  greaterEqual,
  matmul,
  mul,
  spec,
  type Tensor,
  type TensorSpec,
  transpose,
} from '@unbraid/graph';
import { gatesAreNumbers, liesByNeurons, type Sizes } from './blocks.ts';
import { sumOf } from './network.ts';

/**
 * The network and its adjoint over blocks of rows, in the symbols of `network.ts`. Few gates are kept as the numbers 0 and 1. Many are booleans, a
 * byte each, and numbers only while a block is at work; the bits of all results are the same.
 */
export interface Form {
  /** The gates of n rows. */
  gates(rows: number): TensorSpec;
  open(x: Tensor, u: Tensor): Tensor;
  /** N of a block, n × c. */
  output(x: Tensor, g: Tensor, w: Tensor, a: Tensor): Tensor;
  /** Φᵀ R over all blocks, k × d. */
  adjoint(x: readonly Tensor[], g: readonly Tensor[], r: readonly Tensor[], a: Tensor): Tensor;
  /** GᵀG over all blocks, k × k. */
  overlap(g: readonly Tensor[]): Tensor;
}

const FIRST = { transposeA: true } as const;
const SECOND = { transposeB: true } as const;

type GateType = Extract<DType, 'float32' | 'bool'>;

/** Gates as numbers: of numbers themselves. */
const numbers = (g: Tensor): Tensor => (g.dtype === 'float32' ? g : cast(g, 'float32'));

const opened = (activation: Tensor, kept: GateType): Tensor => {
  const open = greaterEqual(activation, 0);
  return kept === 'bool' ? open : cast(open, kept);
};

const masked = (g: Tensor, h: Tensor): Tensor => mul(numbers(g), h);

/**
 * Gᵀ and hidden activations k × n: the adjoint's product reads both its operands as they lie, which ONNX Runtime does up to 15% faster
 * (docs/decisions/018-galu-blocks.md).
 */
const byNeurons = (k: number, kept: GateType): Form => ({
  gates: (n) => spec([k, n], kept),
  open: (x, u) => opened(matmul(u, x, SECOND), kept),
  output: (x, g, w, a) => matmul(masked(g, matmul(w, x, SECOND)), a, FIRST),
  adjoint: (x, g, r, a) => sumOf(x.map((block, i) => matmul(masked(g[i]!, matmul(a, r[i]!, SECOND)), block))),
  overlap: (g) => sumOf(g.map(numbers).map((open) => matmul(open, open, SECOND))),
});

/** G and hidden activations n × k. With fewer neurons than inputs the adjoint is summed as d × k, and turned once at the end. */
const byRows = (k: number, d: number, kept: GateType): Form => ({
  gates: (n) => spec([n, k], kept),
  open: (x, u) => opened(matmul(x, u, SECOND), kept),
  output: (x, g, w, a) => matmul(masked(g, matmul(x, w, SECOND)), a),
  adjoint(x, g, r, a) {
    const hidden = r.map((block, i) => masked(g[i]!, matmul(block, a, SECOND)));
    if (k >= d) return sumOf(hidden.map((h, i) => matmul(h, x[i]!, FIRST)));
    return transpose(sumOf(hidden.map((h, i) => matmul(x[i]!, h, FIRST))));
  },
  overlap: (g) => sumOf(g.map(numbers).map((open) => matmul(open, open, FIRST))),
});

/** How the blocks of a problem lie in memory. */
export const formOf = (sizes: Sizes): Form => formWith(sizes, gatesAreNumbers(sizes) ? 'float32' : 'bool');

/** The same with gates of a given type. */
export const formWith = (sizes: Sizes, kept: GateType): Form =>
  liesByNeurons(sizes) ? byNeurons(sizes.neurons, kept) : byRows(sizes.neurons, sizes.dimension, kept);
