import { dot } from '../vectors.ts';

/** A vector v whose length is penalized, and its dual q, which at a centre is v/t. */
export interface Penalized {
  /** d. */
  readonly v: Float64Array;
  /** d, ‖q‖ < 1. */
  readonly q: Float64Array;
}

/** λ and the barrier parameter. */
export interface Norm {
  readonly penalty: number;
  readonly mu: number;
}

/**
 * λ‖v‖ as an interior-point method sees it: min_t λt − μ log(t² − ‖v‖²), whose t is μ/λ + √((μ/λ)² + ‖v‖²); its gradient λ v/t is added, and λ/t (I − (q vᵀ + v qᵀ)/2s),
 * s = t − μ/λ. With q = v/t that is the Hessian; but Newton's method with v alone overshoots 0 and runs away, and with q apart it doesn't (Chan, Golub and Mulet 1999).
 */
export function addNorm({ v, q }: Penalized, norm: Norm, gradient: Float64Array, hessian: Float64Array): void {
  const d = v.length;
  const { s, t } = lengths(v, norm);
  const scale = norm.penalty / t;
  for (let i = 0; i < d; i++) {
    gradient[i]! += scale * v[i]!;
    for (let j = 0; j < d; j++) hessian[i * d + j]! -= (scale * (q[i]! * v[j]! + v[i]! * q[j]!)) / (2 * s);
    hessian[i * d + i]! += scale;
  }
}

/** The step of q that goes with a step of v: t q = v in first order. */
export function dualStep({ v, q }: Penalized, norm: Norm, step: Float64Array): Float64Array {
  const { s, t } = lengths(v, norm);
  const share = dot(v, step) / s;
  return q.map((value, i) => (v[i]! + step[i]! - value * share) / t - value);
}

/** The share of a step of q at which ‖q‖ = 1, or infinity. */
export function longestTurn(q: Float64Array, step: Float64Array): number {
  const [a, b, c] = [dot(step, step), dot(q, step), Math.max(0, 1 - dot(q, q))];
  return a === 0 ? Number.POSITIVE_INFINITY : (Math.sqrt(b * b + a * c) - b) / a;
}

/** v/t. */
export function dualOf(v: Float64Array, norm: Norm): Float64Array {
  const { t } = lengths(v, norm);
  return v.map((value) => value / t);
}

function lengths(v: Float64Array, { penalty, mu }: Norm): { s: number; t: number } {
  const shift = mu / penalty;
  const s = Math.sqrt(shift * shift + dot(v, v));
  return { s, t: s + shift };
}
