import { cast, greaterEqual, matmul, mul, spec, type Tensor, type TensorSpec, transpose } from '@unbraid/graph';
import { liesByNeurons, type Sizes } from './blocks.ts';
import { sumOf } from './network.ts';

/**
 * The network and its adjoint over blocks of rows, in the symbols of `network.ts`, with gates as booleans: a byte each, a number only while a
 * block is at work.
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

const masked = (g: Tensor, h: Tensor): Tensor => mul(cast(g, 'float32'), h);

/**
 * Gᵀ and hidden activations k × n: the adjoint's product reads both its operands as they lie, which ONNX Runtime does up to 15% faster
 * (docs/decisions/018-galu-blocks.md).
 */
const byNeurons = (k: number): Form => ({
  gates: (n) => spec([k, n], 'bool'),
  open: (x, u) => greaterEqual(matmul(u, x, SECOND), 0),
  output: (x, g, w, a) => matmul(masked(g, matmul(w, x, SECOND)), a, FIRST),
  adjoint: (x, g, r, a) => sumOf(x.map((block, i) => matmul(masked(g[i]!, matmul(a, r[i]!, SECOND)), block))),
  overlap: (g) => sumOf(g.map((open) => cast(open, 'float32')).map((open) => matmul(open, open, SECOND))),
});

/** G and hidden activations n × k. With fewer neurons than inputs the adjoint is summed as d × k, and turned once at the end. */
const byRows = (k: number, d: number): Form => ({
  gates: (n) => spec([n, k], 'bool'),
  open: (x, u) => greaterEqual(matmul(x, u, SECOND), 0),
  output: (x, g, w, a) => matmul(masked(g, matmul(x, w, SECOND)), a),
  adjoint(x, g, r, a) {
    const hidden = r.map((block, i) => masked(g[i]!, matmul(block, a, SECOND)));
    if (k >= d) return sumOf(hidden.map((h, i) => matmul(h, x[i]!, FIRST)));
    return transpose(sumOf(hidden.map((h, i) => matmul(x[i]!, h, FIRST))));
  },
  overlap: (g) => sumOf(g.map((open) => cast(open, 'float32')).map((open) => matmul(open, open, FIRST))),
});

/** How the blocks of a problem lie in memory. */
export const formOf = (sizes: Sizes): Form =>
  liesByNeurons(sizes) ? byNeurons(sizes.neurons) : byRows(sizes.neurons, sizes.dimension);
