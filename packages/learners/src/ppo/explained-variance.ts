import type { Rollout } from './rollout.ts';

/** 1 − Var(returns − values) / Var(returns); NaN where the returns are all the same. */
export function explainedVariance({ returns, values }: Pick<Rollout, 'returns' | 'values'>): number {
  const errors = returns.map((each, i) => each - values[i]!);
  return 1 - variance(errors) / variance(returns);
}

function variance(of: Float32Array): number {
  let sum = 0;
  for (const each of of) sum += each;
  const mean = sum / of.length;
  let squares = 0;
  for (const each of of) squares += (each - mean) ** 2;
  return squares / of.length;
}
