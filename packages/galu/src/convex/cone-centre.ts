import { choleskySolve } from '../cholesky.ts';
import { addScaled, dot, norm } from '../vectors.ts';
import { timesCone } from './cone.ts';
import type { ConeGraphs } from './cone-graphs.ts';
import { addToDiagonal, factorize, mirror } from './square-matrices.ts';

/** Newton's steps, of which there are about ten. */
const STEPS = 60;

/** Newton's decrement at which the centre is near enough. */
const NEAR = 0.1;

/** A cone, and a direction inside: M · inside > 0. */
export interface Open {
  /** M, m × d. */
  readonly cone: Float64Array;
  /** d */
  readonly inside: Float64Array;
}

/**
 * The directions that are well inside cones of the same rows: argmin_v (m/2) ‖v‖² − Σ_i log (m_i · v), shortened to length 1, by damped Newton steps (Nesterov and Nemirovskii 1994,
 * Section 2.2), which all cones take together.
 */
export async function centresOf(
  cones: readonly Open[],
  { squares }: Pick<ConeGraphs, 'squares'>,
): Promise<Float64Array[]> {
  const all = cones.map(({ inside }) => inside.map((value) => value / norm(inside)));
  let moving = [...cones.keys()];
  for (let step = 0; step < STEPS && moving.length > 0; step++) {
    const slacks = moving.map((at) => timesCone(cones[at]!.cone, all[at]!));
    const hessians = await squares(slacks.map((slack) => slack.map((value) => value ** -2)));
    moving = moving.filter((at, j) => !isNear(cones[at]!.cone, all[at]!, { slack: slacks[j]!, hessian: hessians[j]! }));
  }
  return all.map((v) => v.map((value) => value / norm(v)));
}

/** Takes a step. @returns whether it is near enough to the centre */
function isNear(
  cone: Float64Array,
  v: Float64Array,
  { slack, hessian }: { readonly slack: Float64Array; readonly hessian: Float64Array },
): boolean {
  const d = v.length;
  const gradient = v.map((value) => slack.length * value);
  slack.forEach((value, i) => {
    for (let t = 0; t < d; t++) gradient[t]! -= cone[i * d + t]! / value;
  });
  addToDiagonal(hessian, d, slack.length);
  mirror(hessian, d);
  factorize(hessian, d);
  const move = gradient.map((value) => -value);
  choleskySolve(hessian, d, move);
  const decrement = Math.sqrt(Math.max(0, -dot(gradient, move)));
  addScaled(1 / (1 + decrement), move, v);
  if (timesCone(cone, v).every((value) => value > 0)) return decrement < NEAR;
  // Where a cone is so thin that rounding leads out of it, the place before is the centre.
  addScaled(-1 / (1 + decrement), move, v);
  return true;
}
