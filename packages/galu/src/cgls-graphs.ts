import {
  add,
  div,
  f32,
  type Graph,
  greater,
  mul,
  reduceSum,
  sub,
  type Tensor,
  type TensorSpec,
  type Tree,
  trace,
  where,
} from '@unbraid/graph';
import { inBlocks, type Sizes } from './blocks.ts';
import { adjoint, centred, openGates, output, sumOf } from './network.ts';
import type { Preconditioner } from './preconditioner.ts';

/** What the graphs of an iteration are made for. */
export interface SolverShape {
  readonly sizes: Sizes;
  /** Rows of the blocks that X is cut into. */
  readonly rows: readonly number[];
  readonly conditioner: Preconditioner;
  readonly ridge: number;
  readonly intercept: boolean;
}

/** A graph by the names of its inputs and outputs. */
export type NamedGraph<I extends string, O extends string> = Graph<
  Readonly<Record<I, Tree<TensorSpec>>>,
  Readonly<Record<O, Tree<Tensor>>>
>;

type Constant = 'x' | 'g' | 'a' | 't';
type Measured = 'squared' | 'level' | 'error' | 'gradient';

export function openGatesGraph({ sizes: { dimension, neurons }, rows }: SolverShape): NamedGraph<'x' | 'u', 'g'> {
  return trace({ x: inBlocks(rows, dimension), u: f32(neurons, dimension) }, ({ x, u }) => ({
    g: x.map((block) => openGates(block, u)),
  }));
}

function constantSpecs({ sizes: { dimension, neurons, outputs }, rows, conditioner }: SolverShape) {
  return {
    x: inBlocks(rows, dimension),
    g: inBlocks(rows, neurons),
    a: f32(neurons, outputs),
    t: conditioner.specs,
  };
}

const squaredNorm = (t: Tensor): Tensor => reduceSum(mul(t, t));

/** r = Y − ΦW (centred, with the means that it loses as `level`, where there is an intercept), p = Tᵀ(Φᵀr − λW): the start of the recurrence. */
export function restartGraph(shape: SolverShape): NamedGraph<Constant | 'y' | 'w', 'r' | 'p' | Measured> {
  const { sizes, rows, conditioner, ridge, intercept } = shape;
  const specs = {
    ...constantSpecs(shape),
    y: inBlocks(rows, sizes.outputs),
    w: f32(sizes.neurons, sizes.dimension),
  };
  return trace(specs, ({ x, g, a, t, y, w }) => {
    const rest = y.map((block, i) => sub(block, output(x[i]!, g[i]!, w, a)));
    const { blocks: r, means } = intercept
      ? centred(rest, sizes.samples)
      : { blocks: rest, means: mul(reduceSum(a, { axes: [0] }), 0) };
    const gradient = sub(sumOf(r.map((block, i) => adjoint(x[i]!, g[i]!, block, a))), mul(w, ridge));
    const p = conditioner.transpose(gradient, t);
    return {
      r,
      p,
      squared: squaredNorm(p),
      level: means,
      error: sumOf(r.map(squaredNorm)),
      gradient: squaredNorm(gradient),
    };
  });
}

/** One iteration; the search direction p lives in the preconditioned space, `step` is it in the space of W. */
export function iterationGraph(
  shape: SolverShape,
): NamedGraph<Constant | 'r' | 'w' | 'p' | 'squared' | 'level', 'w' | 'r' | 'p' | Measured> {
  const { sizes, rows, conditioner, ridge, intercept } = shape;
  const matrix = f32(sizes.neurons, sizes.dimension);
  const specs = {
    ...constantSpecs(shape),
    r: inBlocks(rows, sizes.outputs),
    w: matrix,
    p: matrix,
    squared: f32(),
    level: f32(sizes.outputs),
  };
  return trace(specs, ({ x, g, a, t, r, w, p, squared, level }) => {
    const step = conditioner.apply(p, t);
    const all = x.map((block, i) => output(block, g[i]!, step, a));
    const { blocks: image, means } = intercept ? centred(all, sizes.samples) : { blocks: all, means: undefined };
    const curvature = add(sumOf(image.map(squaredNorm)), mul(squaredNorm(step), ridge));
    // A zero direction (an exact solution) has no curvature; the step along it is zero, not 0/0.
    const length = safeRatio(squared, curvature);
    const weights = add(w, mul(step, length));
    const rest = r.map((block, i) => sub(block, mul(image[i]!, length)));
    const gradient = sub(sumOf(rest.map((block, i) => adjoint(x[i]!, g[i]!, block, a))), mul(weights, ridge));
    const s = conditioner.transpose(gradient, t);
    const next = squaredNorm(s);
    return {
      w: weights,
      r: rest,
      p: add(s, mul(p, safeRatio(next, squared))),
      squared: next,
      level: means ? sub(level, mul(means, length)) : mul(level, 1),
      error: sumOf(rest.map(squaredNorm)),
      gradient: squaredNorm(gradient),
    };
  });
}

const safeRatio = (a: Tensor, b: Tensor): Tensor => where(greater(b, 0), div(a, b), 0);
