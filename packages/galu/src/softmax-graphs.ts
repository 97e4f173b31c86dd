import { add, concat, f32, mul, reduceSum, sub, trace } from '@unbraid/graph';
import { inBlocks } from './blocks.ts';
import { cutRows, type NamedGraph, type SolverShape } from './cgls-graphs.ts';

// W and b are one vector θ here. The Hessian of a row, diag(q) − q qᵀ for its probabilities q, couples outputs, so b isn't eliminated as for the logistic loss.

/** N(X) + b. */
export function logitsGraph({ sizes, rows, form }: SolverShape): NamedGraph<'x' | 'g' | 'a' | 'theta', 'n'> {
  const { dimension, neurons, outputs } = sizes;
  const specs = {
    x: inBlocks(rows, dimension),
    g: rows.map(form.gates),
    a: f32(neurons, outputs),
    theta: [f32(neurons, dimension), f32(outputs)] as const,
  };
  return trace(specs, ({ x, g, a, theta: [w, b] }) => ({
    n: add(concat(x.map((block, i) => form.output(block, g[i]!, w, a))), b),
  }));
}

/** The gradient in θ, of what pulls at each output and of the ridge, and the same in the preconditioned space. */
export function gradientGraph({
  sizes,
  rows,
  form,
  conditioner,
  ridge,
}: SolverShape): NamedGraph<'x' | 'g' | 'a' | 't' | 'scale' | 'pull' | 'theta', 'gradient' | 'conditioned'> {
  const { samples, dimension, neurons, outputs } = sizes;
  const specs = {
    x: inBlocks(rows, dimension),
    g: rows.map(form.gates),
    a: f32(neurons, outputs),
    t: conditioner.specs,
    scale: f32(),
    pull: f32(samples, outputs),
    theta: [f32(neurons, dimension), f32(outputs)] as const,
  };
  return trace(specs, ({ x, g, a, t, scale, pull, theta: [w] }) => {
    const inW = add(form.adjoint(x, g, cutRows(pull, rows), a), mul(w, 2 * ridge));
    const inB = reduceSum(pull, { axes: [0] });
    return { gradient: [inW, inB], conditioned: [conditioner.transpose(inW, t), mul(inB, scale)] };
  });
}

/** z ↦ Tᵀ H T z, H the Hessian in θ, with T z, the step in the space of θ. `q` are probabilities and `s` how much rows count. */
export function hessianGraph({
  sizes,
  rows,
  form,
  conditioner,
  ridge,
}: SolverShape): NamedGraph<'x' | 'g' | 'again' | 'a' | 't' | 'scale' | 'q' | 's' | 'z', 'step' | 'image'> {
  const { samples, dimension, neurons, outputs } = sizes;
  const specs = {
    x: inBlocks(rows, dimension),
    g: rows.map(form.gates),
    again: rows.map(form.gates),
    a: f32(neurons, outputs),
    t: conditioner.specs,
    scale: f32(),
    q: f32(samples, outputs),
    s: f32(samples, 1),
    z: [f32(neurons, dimension), f32(outputs)] as const,
  };
  return trace(specs, ({ x, g, again, a, t, scale, q, s, z: [zw, zb] }) => {
    const [w, b] = [conditioner.apply(zw, t), mul(zb, scale)];
    const moved = mul(q, add(concat(x.map((block, i) => form.output(block, g[i]!, w, a))), b));
    const rest = mul(sub(moved, mul(q, reduceSum(moved, { axes: [1], keepDims: true }))), s);
    const inW = add(form.adjoint(x, again, cutRows(rest, rows), a), mul(w, 2 * ridge));
    const inB = mul(reduceSum(rest, { axes: [0] }), scale);
    return { step: [w, b], image: [conditioner.transpose(inW, t), inB] };
  });
}
