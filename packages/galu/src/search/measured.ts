import type { Solution } from '../problem.ts';
import { addScaled, norm } from '../vectors.ts';
import { type Design, type PathSolution, systemsOf } from './design.ts';
import { openNeurons } from './moments.ts';
import { plainOutputs } from './outputs.ts';

/** A least squares solution as solvers return it, with its true error and gradient. */
export async function measured(design: Design, { weights, intercept }: PathSolution, ridge: number): Promise<Solution> {
  const { x, y, weights: sizes } = design;
  const rounded = { weights: Float32Array.from(weights), intercept: Float32Array.from(intercept) };
  const exact = { weights: Float64Array.from(rounded.weights), intercept: Float64Array.from(rounded.intercept) };
  const rows = Int32Array.from({ length: x.rows }, (_, i) => i);
  const [outputs] = await plainOutputs(design)(rows, [exact]);
  const rest = Float64Array.from(y.data, (value, at) => value - outputs![at]!);
  let error = 0;
  for (let i = 0; i < x.rows; i++) {
    const size = sizes ? sizes[i]! : 1;
    for (let o = 0; o < y.cols; o++) error += size * rest[i * y.cols + o]! ** 2;
  }
  const start = norm(adjointOf(design, centred(design, y.data)));
  const left = adjointOf(design, rest);
  addScaled(-ridge, exact.weights, left);
  return {
    ...rounded,
    iterations: 0,
    stopped: 'direct',
    error: error / x.rows,
    gradient: start > 0 ? norm(left) / start : 0,
    history: [],
  };
}

/** Y less its mean, where there is an intercept: the residual at W = 0. */
function centred({ y, intercept, weights }: Design, data: Float32Array): Float64Array {
  const out = Float64Array.from(data);
  if (!intercept) return out;
  const [c, means] = [y.cols, new Float64Array(y.cols)];
  let total = 0;
  for (let i = 0; i < y.rows; i++) total += weights ? weights[i]! : 1;
  out.forEach((value, at) => {
    means[at % c]! += (value * (weights ? weights[Math.floor(at / c)]! : 1)) / total;
  });
  return out.map((value, at) => value - means[at % c]!);
}

/** Φᵀ S r, of each system one after another. */
function adjointOf(design: Design, r: Float64Array): Float64Array {
  const { x, y, gates, a, weights } = design;
  const [c, d, p] = [y.cols, x.cols, gates.data.length];
  const systems = systemsOf(design);
  const out = new Float64Array(systems * p);
  const open = new Int32Array(gates.rows);
  for (let i = 0; i < x.rows; i++) {
    const count = openNeurons(x, i, gates, open);
    const size = weights ? weights[i]! : 1;
    for (let at = 0; at < count; at++) {
      const neuron = open[at]!;
      for (let s = 0; s < systems; s++) {
        let pull = 0;
        if (systems > 1) pull = a.data[neuron]! * r[i * c + s]!;
        else for (let o = 0; o < c; o++) pull += a.data[neuron * c + o]! * r[i * c + o]!;
        pull *= size;
        for (let t = 0, into = s * p + neuron * d, from = i * d; t < d; t++) out[into + t]! += pull * x.data[from + t]!;
      }
    }
  }
  return out;
}
