import type { Rollout } from './rollout.ts';

/** 1 − Var(returns − values) / Var(returns); NaN where the returns are all the same. */
export function explainedVariance({ returns, values }: Pick<Rollout, 'returns' | 'values'>): number {
  return 1 - variance(returns, values) / variance(returns);
}

/** Variance of `of` less `less`. A plain loop, since there may be many, in each update. */
function variance(of: Float32Array, less?: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < of.length; i++) {
    // About the first, against cancellation.
    const each = of[i]! - of[0]! - (less ? less[i]! - less[0]! : 0);
    sum += each;
    squares += each * each;
  }
  return squares / of.length - (sum / of.length) ** 2;
}
