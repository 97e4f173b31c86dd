import {
  add,
  concat,
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
import { cutRows, type NamedGraph, type SolverShape } from './cgls-graphs.ts';
import { columnSums } from './network.ts';

// With an intercept Newton's step is that of W and b together. b is eliminated: of the Hessian Φ'ᵀDΦ' + 2λ diag(I, 0), Φ' = (Φ 1),
// the Schur complement in b is ΦᵀD(Φ − 1 μ) + 2λI, where μ is the mean of Φ's rows weighted by D. So all it takes is to subtract
// weighted means from images, and from the residual what b's own step answers for.

/** Σ a / Σ b of each column, 0 where b is 0 throughout: rows that are all beyond doubt leave nothing to answer for. */
const ratioOfSums = (a: Tensor, b: Tensor): Tensor => {
  const below = columnSums(b);
  return where(greater(below, 0), div(columnSums(a), below), 0);
};

type Value = 'd' | 'gradient' | 'gradientOfIntercept' | 'shift' | 'conditioned' | 'loss';

/**
 * Loss, gradients and the Hessian's diagonal D = s σ(1 − σ), s how much a row counts, at W and b, and `shift`, minus b's part of the step where W stays. Each product reads G as
 * an input of its own (`g`, `again`, `third`), as in `iterationGraph`.
 */
export function valueGraph({
  sizes,
  rows,
  form,
  conditioner,
  ridge,
  intercept,
}: SolverShape): NamedGraph<'x' | 'g' | 'again' | 'third' | 'a' | 't' | 's' | 'y' | 'w' | 'b', Value> {
  const { samples, dimension, neurons, outputs } = sizes;
  const matrix = f32(neurons, dimension);
  const g = rows.map(form.gates);
  const specs = {
    x: inBlocks(rows, dimension),
    g,
    again: g,
    third: g,
    a: f32(neurons, outputs),
    t: conditioner.specs,
    s: f32(samples, 1),
    y: f32(samples, outputs),
    w: matrix,
    b: f32(outputs),
  };
  return trace(specs, ({ x, g: open, again, third, a, t, s, y, w, b }) => {
    const n = concat(x.map((block, i) => form.output(block, open[i]!, w, a)));
    const margins = mul(y, add(n, b));
    const wrong = sigmoid(neg(margins));
    const d = mul(mul(wrong, sub(1, wrong)), s);
    const pull = mul(neg(mul(y, wrong)), s);
    const back = (r: Tensor, gates: readonly Tensor[]) =>
      add(form.adjoint(x, gates, cutRows(r, rows), a), mul(w, 2 * ridge));
    const gradient = back(pull, again);
    const shift = ratioOfSums(pull, d);
    const reduced = intercept ? back(sub(pull, mul(d, shift)), third) : gradient;
    return {
      d,
      gradient,
      gradientOfIntercept: columnSums(pull),
      shift,
      conditioned: conditioner.transpose(reduced, t),
      loss: reduceSum(mul(softplus(neg(margins)), s)),
    };
  });
}

/** p ↦ Tᵀ(ΦᵀDΦ + 2λI)T p, with Tp itself, which is the step in the space of W, and `shift`, minus b's part of the step. */
export function productGraph({
  sizes,
  rows,
  form,
  conditioner,
  ridge,
  intercept,
}: SolverShape): NamedGraph<'x' | 'a' | 't' | 'g' | 'again' | 'd' | 'p', 'step' | 'shift' | 'image'> {
  const { samples, dimension, neurons, outputs } = sizes;
  const specs = {
    x: inBlocks(rows, dimension),
    a: f32(neurons, outputs),
    t: conditioner.specs,
    g: rows.map(form.gates),
    again: rows.map(form.gates),
    d: f32(samples, outputs),
    p: f32(neurons, dimension),
  };
  return trace(specs, ({ x, a, t, g, again, d, p }) => {
    const step = conditioner.apply(p, t);
    const image = concat(x.map((block, i) => form.output(block, g[i]!, step, a)));
    const shift = ratioOfSums(mul(d, image), d);
    const rest = mul(d, intercept ? sub(image, shift) : image);
    const back = add(form.adjoint(x, again, cutRows(rest, rows), a), mul(step, 2 * ridge));
    return { step, shift, image: conditioner.transpose(back, t) };
  });
}
