import type { Matrix } from '@unbraid/data';

/** What was to be predicted, for the rows that are scored, in order. */
export type Answers = {
  /** What each row counts; all the same unless given. */
  readonly weights?: Float64Array | undefined;
} & (
  | { readonly task: 'regression'; readonly values: Float64Array }
  | { readonly task: 'classification'; readonly labels: Int32Array; readonly classes: readonly string[] }
);

/** Predictions: of classes the probability of each, rows × classes; of a quantity the quantity, rows × 1. */
export type Outputs = Matrix;

export const rowsOf = (answers: Answers): number =>
  answers.task === 'regression' ? answers.values.length : answers.labels.length;

/** The answers of some rows. */
export function selectAnswers(answers: Answers, rows: ArrayLike<number>): Answers {
  const weights = answers.weights && pick(answers.weights, rows);
  return answers.task === 'regression'
    ? { ...answers, weights, values: pick(answers.values, rows) }
    : { ...answers, weights, labels: pick(answers.labels, rows) };
}

/** Entries at `rows`, in that order. */
export function pick<A extends Float64Array | Int32Array>(from: A, rows: ArrayLike<number>): A {
  const to = from instanceof Float64Array ? new Float64Array(rows.length) : new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
  return to as A;
}
