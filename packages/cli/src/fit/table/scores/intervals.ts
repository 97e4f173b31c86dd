import { createRandom } from '@unbraid/kernels';
import type { Answers, Outputs } from './answers.ts';
import { rowsOf } from './answers.ts';
import { type ScoreName, scorerOf } from './sums.ts';

/** A score with its interval of 95% confidence. */
export interface Score {
  readonly name: ScoreName;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** The scores of one method's predictions. */
export interface Scores {
  readonly scores: readonly Score[];
  /** The main score on every resampled set of rows; those of other predictions for the same answers are of the same sets. */
  readonly draws: Float64Array;
}

/** Rows that are drawn in all, beside which the number of resampled sets is chosen. */
const DRAWN = 2e7;
const [FEWEST, MOST] = [100, 1000] as const;

/**
 * Scores, with intervals by the bootstrap: rows are drawn with replacement, as many as there are, and the interval has the middle 95% of the
 * scores of such sets (the percentile interval of Efron & Tibshirani 1993, chapter 13). It tells what other rows would change; not what other
 * training rows would.
 */
export function scoresOf(answers: Answers, outputs: Outputs, seed: number): Scores {
  const rows = rowsOf(answers);
  const { names, scores } = scorerOf(answers, outputs);
  const values = scores(undefined);
  const sets = Math.round(Math.min(MOST, Math.max(FEWEST, DRAWN / rows)));
  const random = createRandom(seed).split('bootstrap');
  const counts = new Uint16Array(rows);
  const picks = new Float32Array(rows);
  const drawn = names.map(() => new Float64Array(sets));
  for (let s = 0; s < sets; s++) {
    counts.fill(0);
    random.split(s).uniform(picks);
    for (let i = 0; i < rows; i++) counts[rowAt(picks, i, rows)]!++;
    scores(counts).forEach((value, k) => {
      drawn[k]![s] = value;
    });
  }
  return {
    scores: names.map((name, k) => ({ name, value: values[k]!, ...middle(drawn[k]!) })),
    draws: drawn[0]!,
  };
}

/** Uniform numbers have 24 bits, too few for the rows of a large table: two of them are put together there. */
function rowAt(picks: Float32Array, i: number, rows: number): number {
  const fine = rows > 2 ** 20 ? picks[(i + 1) % rows]! * 2 ** -24 : 0;
  return Math.floor((picks[i]! + fine) * rows) % rows;
}

/** The middle 95% of numbers, those that are NaN left out; NaN where there are none. */
export function middle(values: Float64Array): { readonly lower: number; readonly upper: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { lower: at(0.025), upper: at(0.975) };
}
