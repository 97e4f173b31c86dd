import type { EpochRecord } from './fit-result.ts';

/** When a fit that brings nothing more is ended. */
export interface EarlyStopping {
  /** Scored epochs without an improvement after which training ends; at least 1. */
  readonly patience: number;
  /** By how much a score must fall to count as an improvement, at least 0. Default 0. */
  readonly minDelta?: number;
  /** Whether `params` of the result are those of the best epoch. Default true. */
  readonly restoreBest?: boolean;
}

/**
 * Whether the scores so far give training up: a function of the history alone, so that a fit that is resumed ends where it would have.
 * Epochs whose score is NaN are passed over.
 */
export function givesUp(
  history: readonly EpochRecord[],
  score: (epoch: EpochRecord) => number,
  { patience, minDelta = 0 }: EarlyStopping,
): boolean {
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;
  for (const record of history) {
    const value = score(record);
    if (Number.isNaN(value)) continue;
    // The first score is an improvement on none, whatever minDelta is.
    if (value < best - minDelta || best === Number.POSITIVE_INFINITY) {
      best = value;
      waited = 0;
    } else waited++;
  }
  return waited >= patience;
}
