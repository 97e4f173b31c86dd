import type { Answers, Outputs } from './answers.ts';
import { middle, type Score, scoresOf } from './intervals.ts';

/** A method's scores beside those of the first one. */
export interface Compared {
  readonly label: string;
  /** The name of its main score in the summary. */
  readonly key: string;
  readonly outputs: Outputs;
  readonly scores: readonly Score[];
  /** The first method's main score less this one's, with the middle 95% over the same resampled rows; undefined for the first. */
  readonly difference?: { readonly value: number; readonly lower: number; readonly upper: number };
}

/** Scores of several methods on the same rows; differences are to the first. */
export function comparedOf(
  answers: Answers,
  methods: readonly { readonly label: string; readonly key: string; readonly outputs: Outputs }[],
  seed: number,
): Compared[] {
  const all = methods.map(({ outputs }) => scoresOf(answers, outputs, seed));
  const first = all[0]!;
  return methods.map((method, i) => {
    const { scores, draws } = all[i]!;
    if (i === 0) return { ...method, scores };
    const value = first.scores[0]!.value - scores[0]!.value;
    return { ...method, scores, difference: { value, ...middle(first.draws.map((draw, s) => draw - draws[s]!)) } };
  });
}
