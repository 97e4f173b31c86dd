import {
  add,
  concat,
  div,
  f32,
  type Graph,
  greater,
  mul,
  reduceSum,
  reshape,
  slice,
  sub,
  type Tensor,
  type TensorSpec,
  type Tree,
  trace,
  where,
} from '@unbraid/graph';
import { inBlocks, type Sizes } from './blocks.ts';
import type { Form } from './form.ts';
import { centred, centredBy } from './network.ts';
import type { Preconditioner } from './preconditioner.ts';

/** What the graphs of an iteration are made for. */
export interface SolverShape {
  readonly sizes: Sizes;
  /** Rows of the blocks that X is cut into. */
  readonly rows: readonly number[];
  readonly form: Form;
  readonly conditioner: Preconditioner;
  readonly ridge: number;
  readonly intercept: boolean;
  /** One over the sum of the rows' weights, where rows of X and Y are scaled by the roots of such, and there is an intercept. */
  readonly share?: number | undefined;
}

/** A graph by the names of its inputs and outputs. */
export type NamedGraph<I extends string, O extends string> = Graph<
  Readonly<Record<I, Tree<TensorSpec>>>,
  Readonly<Record<O, Tree<Tensor>>>
>;

type Constant = 'x' | 'g' | 'a' | 't';
type Measured = 'squared' | 'error' | 'gradient';

export function openGatesGraph({ sizes: { dimension, neurons }, rows, form }: SolverShape): NamedGraph<'x' | 'u', 'g'> {
  return trace({ x: inBlocks(rows, dimension), u: f32(neurons, dimension) }, ({ x, u }) => ({
    g: x.map((block) => form.open(block, u)),
  }));
}

function constantSpecs({ sizes: { dimension, neurons, outputs }, rows, form, conditioner }: SolverShape) {
  return {
    x: inBlocks(rows, dimension),
    g: rows.map(form.gates),
    a: f32(neurons, outputs),
    t: conditioner.specs,
  };
}

const squaredNorm = (t: Tensor): Tensor => reduceSum(mul(t, t));

/** Blocks of rows of what is m × c. */
export function cutRows(t: Tensor, rows: readonly number[]): Tensor[] {
  let end = 0;
  return rows.map((n) => {
    end += n;
    return slice(t, [end - n], [end]);
  });
}

/** √s of each row; nothing reads it where all rows count alike. */
const rootSpec = ({ sizes, share }: SolverShape): TensorSpec => f32(share === undefined ? 1 : sizes.samples, 1);

const centre = (t: Tensor, s: Tensor, share: number | undefined) =>
  share === undefined ? centred(t) : centredBy(t, { roots: s, share });

/** r = Y − ΦW, centred where there is an intercept, with the means that it loses as `level`. */
export function residualGraph(shape: SolverShape): NamedGraph<'x' | 'g' | 'a' | 's' | 'y' | 'w', 'r' | 'level'> {
  const { sizes, form, intercept, share } = shape;
  const { t: _, ...constants } = constantSpecs(shape);
  const specs = {
    ...constants,
    s: rootSpec(shape),
    y: f32(sizes.samples, sizes.outputs),
    w: f32(sizes.neurons, sizes.dimension),
  };
  return trace(specs, ({ x, g, a, s, y, w }) => {
    const rest = sub(y, concat(x.map((block, i) => form.output(block, g[i]!, w, a))));
    if (!intercept) return { r: rest, level: mul(reduceSum(a, { axes: [0] }), 0) };
    const { rest: r, means: level } = centre(rest, s, share);
    return { r, level };
  });
}

/** t − λw */
const lessRidge = (t: Tensor, w: Tensor, ridge: number): Tensor => (ridge > 0 ? sub(t, mul(w, ridge)) : t);

/** p = Tᵀ(Φᵀr − λW): the start of the recurrence. */
export function directionGraph(shape: SolverShape): NamedGraph<Constant | 'r' | 'w', 'p' | Measured> {
  const { sizes, rows, form, conditioner, ridge } = shape;
  const specs = {
    ...constantSpecs(shape),
    r: f32(sizes.samples, sizes.outputs),
    w: f32(sizes.neurons, sizes.dimension),
  };
  return trace(specs, ({ x, g, a, t, r, w }) => {
    const gradient = lessRidge(form.adjoint(x, g, cutRows(r, rows), a), w, ridge);
    const p = conditioner.transpose(gradient, t);
    return { p, squared: squaredNorm(p), error: squaredNorm(r), gradient: squaredNorm(gradient) };
  });
}

/**
 * One iteration; the search direction p lives in the preconditioned space, `step` is it in the space of W. The adjoint reads G as `again`: if both
 * read one input, they would share its numbers, four bytes a gate, and keep those of all blocks in between.
 */
export function iterationGraph(
  shape: SolverShape,
): NamedGraph<Constant | 'again' | 's' | 'r' | 'w' | 'p' | 'squared' | 'level', 'w' | 'r' | 'p' | 'level' | Measured> {
  const { sizes, rows, form, conditioner, ridge, intercept, share } = shape;
  const { samples, outputs } = sizes;
  const matrix = f32(sizes.neurons, sizes.dimension);
  const specs = {
    ...constantSpecs(shape),
    again: rows.map(form.gates),
    s: rootSpec(shape),
    // Flat: ONNX Runtime goes entry by entry through a number times an m × 1 matrix.
    r: f32(samples * outputs),
    w: matrix,
    p: matrix,
    squared: f32(),
    level: f32(outputs),
  };
  return trace(specs, ({ x, g, again, a, t, s: roots, r, w, p, squared, level }) => {
    const step = conditioner.apply(p, t);
    const n = concat(x.map((block, i) => form.output(block, g[i]!, step, a)));
    const { rest: moved, means } = intercept ? centre(n, roots, share) : { rest: n };
    const image = reshape(moved, [samples * outputs]);
    const fit = squaredNorm(image);
    const curvature = ridge > 0 ? add(fit, mul(squaredNorm(step), ridge)) : fit;
    // A zero direction (an exact solution) has no curvature; the step along it is zero, not 0/0.
    const length = safeRatio(squared, curvature);
    const weights = add(w, mul(step, length));
    const rest = sub(r, mul(image, length));
    const back = form.adjoint(x, again, cutRows(reshape(rest, [samples, outputs]), rows), a);
    const gradient = lessRidge(back, weights, ridge);
    const s = conditioner.transpose(gradient, t);
    const next = squaredNorm(s);
    return {
      w: weights,
      r: rest,
      p: add(s, mul(p, safeRatio(next, squared))),
      squared: next,
      level: means ? sub(level, mul(means, length)) : mul(level, 1),
      error: squaredNorm(rest),
      gradient: squaredNorm(gradient),
    };
  });
}

const safeRatio = (a: Tensor, b: Tensor): Tensor => where(greater(b, 0), div(a, b), 0);
