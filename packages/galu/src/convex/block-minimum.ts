import { choleskySolve } from '../cholesky.ts';
import { dot, norm } from '../vectors.ts';
import { addToDiagonal, factorize, trace } from './square-matrices.ts';

/** Newton's steps, of which there are three or four. */
const STEPS = 50;

/**
 * The weights of one neuron, given what the others leave over: argmin_w ½ wᵀ Q w − bᵀ w + λ ‖w‖. Zero where ‖b‖ ≤ λ; else (Q + μ I) w = b for the μ with
 * μ ‖w(μ)‖ = λ, which Newton's method finds, kept within bounds that close in on it (as for a trust region, Moré and Sorensen 1983).
 * @param gram Q, d × d, positive semidefinite
 * @param b d, spoiled: becomes the solution
 * @param guess ‖w‖ as it may be, or 0
 */
export function blockMinimum(gram: Float64Array, b: Float64Array, penalty: number, guess: number): Float64Array {
  const d = b.length;
  const size = norm(b);
  if (size <= penalty) return b.fill(0);
  const right = b.slice();
  // μ‖w(μ)‖ rises from 0 to ‖b‖; with q the largest eigenvalue, ‖w(μ)‖ ≥ ‖b‖ / (q + μ), so the root lies below λ q / (‖b‖ − λ).
  let [low, high] = [0, (penalty * trace(gram, d)) / (size - penalty)];
  let mu = guess > 0 ? Math.min(penalty / guess, high) : high;
  for (let step = 0; step < STEPS; step++) {
    const { w, factor } = solveShifted(gram, mu, right.slice());
    b.set(w);
    const length = norm(w);
    const over = mu * length - penalty;
    if (Math.abs(over) <= 1e-13 * penalty) break;
    if (over > 0) high = mu;
    else low = mu;
    choleskySolve(factor, d, w);
    const next = mu - over / (length - (mu * dot(b, w)) / length);
    mu = next > low && next < high ? next : (low + high) / 2;
    if (high - low <= 1e-15 * high) break;
  }
  return b;
}

function solveShifted(gram: Float64Array, shift: number, b: Float64Array): { w: Float64Array; factor: Float64Array } {
  const d = b.length;
  const factor = gram.slice();
  // Where a gate is open at fewer rows than X has columns, Q alone has no factor.
  addToDiagonal(factor, d, Math.max(shift, 1e-14 * trace(gram, d)));
  factorize(factor, d);
  choleskySolve(factor, d, b);
  return { w: b, factor };
}
