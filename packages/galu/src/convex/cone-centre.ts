import { choleskySolve } from '../cholesky.ts';
import { addScaled, dot, norm } from '../vectors.ts';
import { timesCone } from './cone.ts';
import { addSquares, addToDiagonal, allRows, factorize, mirror } from './square-matrices.ts';

/** Newton's steps, of which there are about ten. */
const STEPS = 60;

/** Newton's decrement at which the centre is near enough. */
const NEAR = 0.1;

/**
 * The direction that is well inside a cone: argmin_v (m/2) ‖v‖² − Σ_i log (m_i · v), shortened to length 1, by damped Newton steps (Nesterov and Nemirovskii 1994, Section 2.2).
 * @param cone M, m × d
 * @param inside a direction with M · inside > 0
 */
export function centreOf(cone: Float64Array, inside: Float64Array): Float64Array {
  const d = inside.length;
  const v = inside.slice();
  const rows = allRows(cone.length / d);
  rescale(v, 1 / norm(v));
  for (let step = 0; step < STEPS; step++) {
    const slack = timesCone(cone, v);
    const gradient = v.map((value) => rows.length * value);
    slack.forEach((value, i) => {
      for (let t = 0; t < d; t++) gradient[t]! -= cone[i * d + t]! / value;
    });
    const hessian = new Float64Array(d * d);
    addSquares(hessian, { x: cone, rows, weights: slack.map((value) => value ** -2) });
    addToDiagonal(hessian, d, rows.length);
    mirror(hessian, d);
    factorize(hessian, d);
    const move = gradient.map((value) => -value);
    choleskySolve(hessian, d, move);
    const decrement = Math.sqrt(Math.max(0, -dot(gradient, move)));
    addScaled(1 / (1 + decrement), move, v);
    if (timesCone(cone, v).every((value) => value > 0)) {
      if (decrement < NEAR) break;
      continue;
    }
    // Where a cone is so thin that rounding leads out of it, the place before is the centre.
    addScaled(-1 / (1 + decrement), move, v);
    break;
  }
  rescale(v, 1 / norm(v));
  return v;
}

function rescale(v: Float64Array, by: number): void {
  for (let t = 0; t < v.length; t++) v[t]! *= by;
}
