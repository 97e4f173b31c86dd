import { choleskySolve } from '../cholesky.ts';
import { addScaled, dot, norm } from '../vectors.ts';
import { addWalls, isLong, longest, multiplierStep, nextMu, type Walls, wallWeights, within } from './barrier.ts';
import { timesCone } from './cone.ts';
import { addNorm, dualOf, dualStep, longestTurn, type Norm, type Penalized } from './smooth-norm.ts';
import { addSquares, allRows, factorize } from './square-matrices.ts';

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
    const walls = { cone, slack: slackOf(), z };
    const norm = { penalty: 1, mu };
    const penalized = parts().map((part, at) => ({ v: part, q: duals[at]! }));
    const move = newton(walls, penalized, norm);
    const moved = timesCone(cone, move);
    const pull = multiplierStep(walls, moved, mu, new Float64Array(z.length));
    const turns = penalized.map((part) => dualStep(part, norm, move));
    const primal = within([longest(walls.slack, moved)]);
    const dual = within([longest(z, pull), ...duals.map((q, at) => longestTurn(q, turns[at]!))]);
    addScaled(primal, move, v);
    addScaled(dual, pull, z);
    duals.forEach((q, at) => {
      addScaled(dual, turns[at]!, q);
    });
    const left = dot(slackOf(), z) / z.length;
    const taken = Math.min(primal, dual);
    if (isLong(taken) && left * constraints <= ENOUGH * scale) break;
    mu = nextMu(left, taken);
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

function newton(walls: Walls, penalized: readonly Penalized[], norm: Norm): Float64Array {
  const d = penalized[0]!.v.length;
  const gradient = new Float64Array(d);
  const hessian = new Float64Array(d * d);
  for (const part of penalized) addNorm(part, norm, gradient, hessian);
  const weights = wallWeights(walls, new Float64Array(walls.z.length));
  addSquares(hessian, { x: walls.cone, rows: allRows(weights.length), weights });
  addWalls(walls, norm.mu, { gradient, hessian, least: 0 });
  factorize(hessian, d);
  choleskySolve(hessian, d, gradient);
  return gradient.map((value) => -value);
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, t) => value - b[t]!);
