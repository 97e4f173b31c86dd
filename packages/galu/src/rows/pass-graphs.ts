import {
  add,
  concat,
  constant,
  f32,
  matmul,
  mul,
  neg,
  reduceSum,
  sigmoid,
  slice,
  softplus,
  sub,
  type Tensor,
  trace,
} from '@unbraid/graph';
import { inBlocks, type Sizes } from '../blocks.ts';
import { cutRows, type NamedGraph } from '../cgls-graphs.ts';
import { type Form, formOf } from '../form.ts';
import { columnSums, sumOf } from '../network.ts';

// Graphs of one block of rows, in the symbols of `network.ts`. Gates are opened in each of them: kept they would take more memory than the rows do. Rows that only fill a block up are zeros
// throughout, so their image is 0, and nothing goes back through them.

/** A block: its sizes, the rows that it is cut into itself, and how they lie. */
export interface BlockShape {
  readonly sizes: Sizes;
  readonly rows: readonly number[];
  readonly form: Form;
}

/** Rows that products are cut into where gates are opened for one use (docs/decisions/029-gates-from-data.md). */
const CUT_ROWS = 2048;

export function blockShape(sizes: Sizes): BlockShape {
  const parts = Math.ceil(sizes.samples / CUT_ROWS);
  const start = (i: number) => Math.floor((i * sizes.samples) / parts);
  return { sizes, rows: Array.from({ length: parts }, (_, i) => start(i + 1) - start(i)), form: formOf(sizes) };
}

const networkSpecs = ({ sizes: { dimension, neurons, outputs }, rows }: BlockShape) => ({
  x: inBlocks(rows, dimension),
  u: f32(neurons, dimension),
  a: f32(neurons, outputs),
  w: f32(neurons, dimension),
});

/** Σ_i r_i g_ij z_i for each neuron j, k × d. */
function openSums(
  { form, sizes }: BlockShape,
  x: readonly Tensor[],
  g: readonly Tensor[],
  r: readonly Tensor[],
): Tensor {
  return form.adjoint(x, g, r, ones(sizes.neurons));
}

/** GᵀG, ZᵀZ and Σ_i g_ij z_i, of which the preconditioner and means are made. */
export function momentsGraph(shape: BlockShape): NamedGraph<'x' | 'u', 'overlap' | 'inner' | 'open'> {
  const { form, rows } = shape;
  const { x, u } = networkSpecs(shape);
  return trace({ x, u }, ({ x: blocks, u: U }) => {
    const g = blocks.map((block) => form.open(block, U));
    return {
      overlap: form.overlap(g),
      inner: sumOf(blocks.map((block) => matmul(block, block, { transposeA: true }))),
      open: openSums(
        shape,
        blocks,
        g,
        rows.map((n) => ones(n)),
      ),
    };
  });
}

/** r = Y − N − b with its squares and sums, and Φᵀ r. With Y and b of zeros r is minus the image of W. */
export function residualGraph(
  shape: BlockShape,
): NamedGraph<'x' | 'u' | 'a' | 'w' | 'y' | 'b', 'back' | 'squares' | 'sums'> {
  const { sizes, form, rows } = shape;
  const specs = { ...networkSpecs(shape), y: f32(sizes.samples, sizes.outputs), b: f32(sizes.outputs) };
  return trace(specs, ({ x, u, a, w, y, b }) => {
    const g = x.map((block) => form.open(block, u));
    const r = sub(sub(y, outputs(shape, x, g, w, a)), b);
    return { back: form.adjoint(x, g, cutRows(r, rows), a), squares: reduceSum(mul(r, r)), sums: columnSums(r) };
  });
}

/**
 * Loss, its derivative in N with the sums of it, Φᵀ of that, and the Hessian's diagonal D = σ(1 − σ) with its sums and, for each output, Σ_i d_ic g_ij z_i. Y is −1, 1, and 0 in
 * rows that fill up.
 */
export function lossGraph(
  shape: BlockShape,
): NamedGraph<'x' | 'u' | 'a' | 'w' | 'y' | 'b', 'back' | 'loss' | 'sums' | 'd' | 'weight' | 'open'> {
  const { sizes, form, rows } = shape;
  const specs = { ...networkSpecs(shape), y: f32(sizes.samples, sizes.outputs), b: f32(sizes.outputs) };
  return trace(specs, ({ x, u, a, w, y, b }) => {
    const g = x.map((block) => form.open(block, u));
    const margins = mul(y, add(outputs(shape, x, g, w, a), b));
    const wrong = sigmoid(neg(margins));
    const there = mul(y, y);
    const d = mul(there, mul(wrong, sub(1, wrong)));
    const pull = neg(mul(y, wrong));
    const column = (j: number) => cutRows(slice(d, [0, j], [sizes.samples, j + 1]), rows);
    return {
      back: form.adjoint(x, g, cutRows(pull, rows), a),
      loss: reduceSum(mul(there, softplus(neg(margins)))),
      sums: columnSums(pull),
      d,
      weight: columnSums(d),
      open: Array.from({ length: sizes.outputs }, (_, j) => openSums(shape, x, g, column(j))),
    };
  });
}

/** Φᵀ (D ⊙ N) for the image N of W, and the sums of D ⊙ N. */
export function curvatureGraph(shape: BlockShape): NamedGraph<'x' | 'u' | 'a' | 'w' | 'd', 'back' | 'sums'> {
  const { sizes, form, rows } = shape;
  return trace({ ...networkSpecs(shape), d: f32(sizes.samples, sizes.outputs) }, ({ x, u, a, w, d }) => {
    const g = x.map((block) => form.open(block, u));
    const r = mul(d, outputs(shape, x, g, w, a));
    return { back: form.adjoint(x, g, cutRows(r, rows), a), sums: columnSums(r) };
  });
}

const ones = (rows: number): Tensor => constant(new Float32Array(rows).fill(1), [rows, 1]);

const outputs = ({ form }: BlockShape, x: readonly Tensor[], g: readonly Tensor[], w: Tensor, a: Tensor): Tensor =>
  concat(x.map((block, i) => form.output(block, g[i]!, w, a)));
