import { choleskySolve } from '../cholesky.ts';
import { timesCone } from './cone.ts';
import { longest, WITHIN } from './cone-step.ts';
import { factor as factorize } from './factor.ts';
import { dot, norm } from './gated-features.ts';
import { addNorm, dualOf, dualStep, longestTurn, type Norm, type Penalized } from './smooth-norm.ts';

/** v − u = w. */
export interface Decomposed {
  readonly v: Float64Array;
  readonly u: Float64Array;
}

/** Steps after which it ends, wherever that is: every step is a decomposition. */
const STEPS = 100;

/** What is left when it has ended, as a share of ‖v‖ + ‖u‖ at its start. */
const ENOUGH = 1e-9;

/**
 * The shortest pair of weights in a cone whose difference is given: min ‖v‖ + ‖u‖ with v − u = w and M v ≥ 0, M u ≥ 0 (Mishkin, Sahiner and Pilanci 2022, Section 4). A gated ReLU
 * neuron D X w is then the difference of two ReLU neurons, max(0, X v) − max(0, X u), on the rows of M. Since u = v − w, the unknowns are v alone, with M v ≥ max(0, M w); a
 * primal-dual interior-point method finds it.
 * @param cone M, m × d
 * @param w d
 * @param inside a direction with M · inside > 0
 */
export function decompose(cone: Float64Array, w: Float64Array, inside: Float64Array): Decomposed {
  const least = timesCone(cone, w).map((value) => Math.max(0, value));
  const v = startAbove(cone, least, inside, 1e-3 * norm(w));
  const scale = norm(v) + norm(difference(v, w));
  const constraints = least.length + 4;
  const parts = () => [v, difference(v, w)] as const;
  let mu = scale / constraints;
  const duals = parts().map((part) => dualOf(part, { penalty: 1, mu }));
  const slackOf = () => timesCone(cone, v).map((value, i) => value - least[i]!);
  const z = slackOf().map((slack) => mu / slack);
  for (let step = 0; step < STEPS; step++) {
    const slack = slackOf();
    const norm = { penalty: 1, mu };
    const penalized = parts().map((part, at) => ({ v: part, q: duals[at]! }));
    const move = newton({ cone, slack, z, penalized, norm });
    const moved = timesCone(cone, move);
    const pull = z.map((value, i) => (mu - value * moved[i]!) / slack[i]! - value);
    const turns = penalized.map((part) => dualStep(part, norm, move));
    const primal = Math.min(1, WITHIN * longest(slack, moved));
    const dual = Math.min(1, WITHIN * Math.min(longest(z, pull), ...duals.map((q, at) => longestTurn(q, turns[at]!))));
    addTo(v, move, primal);
    addTo(z, pull, dual);
    duals.forEach((q, at) => {
      addTo(q, turns[at]!, dual);
    });
    const left = dot(slackOf(), z) / z.length;
    const taken = Math.min(primal, dual);
    if (taken > 0.9 && left * constraints <= ENOUGH * scale) break;
    mu = left * (taken > 0.9 ? 0.05 : taken > 0.5 ? 0.2 : 0.5);
  }
  return { v, u: difference(v, w) };
}

/** The shortest multiple of a direction, a tenth more, and so much more, that is above what is asked for. */
function startAbove(cone: Float64Array, least: Float64Array, inside: Float64Array, more: number): Float64Array {
  const slack = timesCone(cone, inside);
  const scale = slack.reduce((most, value, i) => Math.max(most, least[i]! / value), 0);
  const length = norm(inside);
  return inside.map((value) => value * (1.1 * scale + more / length));
}

interface Point {
  readonly cone: Float64Array;
  readonly slack: Float64Array;
  readonly z: Float64Array;
  readonly penalized: readonly Penalized[];
  readonly norm: Norm;
}

function newton({ cone, slack, z, penalized, norm }: Point): Float64Array {
  const { mu } = norm;
  const d = penalized[0]!.v.length;
  const gradient = new Float64Array(d);
  const hessian = new Float64Array(d * d);
  for (const part of penalized) addNorm(part, norm, gradient, hessian);
  for (let i = 0; i < slack.length; i++) {
    const [pull, bend] = [mu / slack[i]!, z[i]! / slack[i]!];
    for (let s = 0, at = i * d; s < d; s++) {
      gradient[s]! -= pull * cone[at + s]!;
      const weight = bend * cone[at + s]!;
      for (let t = 0; t <= s; t++) hessian[s * d + t]! += weight * cone[at + t]!;
    }
  }
  let trace = 0;
  for (let s = 0; s < d; s++) trace += hessian[s * d + s]!;
  for (let s = 0; s < d; s++) hessian[s * d + s]! += 1e-13 * trace;
  factorize(hessian, d);
  choleskySolve(hessian, d, gradient);
  return gradient.map((value) => -value);
}

function addTo(to: Float64Array, step: Float64Array, share: number): void {
  for (let t = 0; t < to.length; t++) to[t]! += share * step[t]!;
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, t) => value - b[t]!);
