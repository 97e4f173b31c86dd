import { deviation, mean } from '@unbraid/experiment/statistics';

/** Mean and standard deviation of what can be reckoned with, and how many there were. */
export interface Spread {
  readonly mean: number;
  /** With n − 1; undefined for fewer than two values. */
  readonly deviation: number | undefined;
  readonly n: number;
}

/** NaN and infinities are in: a mean over a seed that diverged is no mean of the others. Undefined for no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const n = values.length;
  return n === 0 ? undefined : { mean: mean(values), deviation: n < 2 ? undefined : deviation(values), n };
}

/** Indexes of the best values, several where they tie. What is missing, NaN or infinite is never best. */
export function bestOf(values: readonly (number | undefined)[], goal: 'min' | 'max'): ReadonlySet<number> {
  const finite = values.filter((value): value is number => Number.isFinite(value));
  const best = finite.reduce((a, b) => (goal === 'min' ? Math.min(a, b) : Math.max(a, b)), finite[0] ?? Number.NaN);
  return new Set(values.flatMap((value, i) => (value === best ? [i] : [])));
}
