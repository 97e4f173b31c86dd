import {
  add,
  div,
  f32,
  greater,
  mul,
  neg,
  reduceSum,
  sigmoid,
  softplus,
  sub,
  type Tensor,
  trace,
  where,
} from '@unbraid/graph';
import { inBlocks } from './blocks.ts';
import type { NamedGraph, SolverShape } from './cgls-graphs.ts';
import { adjoint, openGates, output, sumOf } from './network.ts';

// With an intercept Newton's step is that of W and b together. b is eliminated: of the Hessian Φ'ᵀDΦ' + 2λ diag(I, 0), Φ' = (Φ 1),
// the Schur complement in b is ΦᵀD(Φ − 1 μ) + 2λI, where μ is the mean of Φ's rows weighted by D. So all it takes is to subtract
// weighted means from images, and from the residual what b's own step answers for.

const columnSums = (blocks: readonly Tensor[]): Tensor => sumOf(blocks.map((block) => reduceSum(block, { axes: [0] })));

/** Σ a / Σ b of each column, 0 where b is 0 throughout: rows that are all beyond doubt leave nothing to answer for. */
const ratioOfSums = (a: readonly Tensor[], b: readonly Tensor[]): Tensor => {
  const below = columnSums(b);
  return where(greater(below, 0), div(columnSums(a), below), 0);
};

type Value = 'g' | 'd' | 'gradient' | 'gradientOfIntercept' | 'shift' | 'conditioned' | 'loss';

/** Loss, gradients and the Hessian's diagonal D = σ(1 − σ) at W and b, and `shift`, minus b's part of the step where W stays. */
export function valueGraph({
  sizes,
  rows,
  conditioner,
  ridge,
  intercept,
}: SolverShape): NamedGraph<'x' | 'u' | 'a' | 't' | 'y' | 'w' | 'b', Value> {
  const { dimension, neurons, outputs } = sizes;
  const matrix = f32(neurons, dimension);
  const specs = {
    x: inBlocks(rows, dimension),
    u: matrix,
    a: f32(neurons, outputs),
    t: conditioner.specs,
    y: inBlocks(rows, outputs),
    w: matrix,
    b: f32(outputs),
  };
  return trace(specs, ({ x, u, a, t, y, w, b }) => {
    const g = x.map((block) => openGates(block, u));
    const margins = x.map((block, i) => mul(y[i]!, add(output(block, g[i]!, w, a), b)));
    const wrong = margins.map((margin) => sigmoid(neg(margin)));
    const d = wrong.map((s) => mul(s, sub(1, s)));
    const pull = wrong.map((s, i) => neg(mul(y[i]!, s)));
    const back = (r: readonly Tensor[]) =>
      add(sumOf(r.map((block, i) => adjoint(x[i]!, g[i]!, block, a))), mul(w, 2 * ridge));
    const gradient = back(pull);
    const shift = ratioOfSums(pull, d);
    const reduced = intercept ? back(pull.map((block, i) => sub(block, mul(d[i]!, shift)))) : gradient;
    return {
      g,
      d,
      gradient,
      gradientOfIntercept: columnSums(pull),
      shift,
      conditioned: conditioner.transpose(reduced, t),
      loss: sumOf(margins.map((margin) => reduceSum(softplus(neg(margin))))),
    };
  });
}

/** p ↦ Tᵀ(ΦᵀDΦ + 2λI)T p, with Tp itself, which is the step in the space of W, and `shift`, minus b's part of the step. */
export function productGraph({
  sizes,
  rows,
  conditioner,
  ridge,
  intercept,
}: SolverShape): NamedGraph<'x' | 'a' | 't' | 'g' | 'd' | 'p', 'step' | 'shift' | 'image'> {
  const { dimension, neurons, outputs } = sizes;
  const specs = {
    x: inBlocks(rows, dimension),
    a: f32(neurons, outputs),
    t: conditioner.specs,
    g: inBlocks(rows, neurons),
    d: inBlocks(rows, outputs),
    p: f32(neurons, dimension),
  };
  return trace(specs, ({ x, a, t, g, d, p }) => {
    const step = conditioner.apply(p, t);
    const image = x.map((block, i) => output(block, g[i]!, step, a));
    const weighted = image.map((block, i) => mul(d[i]!, block));
    const shift = ratioOfSums(weighted, d);
    const rest = intercept ? image.map((block, i) => mul(d[i]!, sub(block, shift))) : weighted;
    const parts = rest.map((block, i) => adjoint(x[i]!, g[i]!, block, a));
    return { step, shift, image: conditioner.transpose(add(sumOf(parts), mul(step, 2 * ridge)), t) };
  });
}
