import { deviation, mean } from '@unbraid/experiment';
import { meanF1 } from '../table/scores/sums.ts';
import { wilson } from '../table/scores/wilson.ts';
import type { Outcome } from './compare.ts';

/** A model's scores on test nodes, from 0 to 1. */
export interface Scores {
  /** Of each split. */
  readonly accuracies: readonly number[];
  readonly accuracy: number;
  /** Interval of 95% confidence. */
  readonly lower: number;
  readonly upper: number;
  /** Mean of F1 over the classes that test nodes have or get, those of all splits together. */
  readonly macroF1: number;
  /** [class, predicted class]: test nodes of all splits. */
  readonly confusion: Float64Array;
}

/** Student's t at 97.5%, for 1 to 30 degrees of freedom. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL = 1.96;

/**
 * @param predicted of each split's test nodes
 * @param fixed whether the test nodes of all splits are the same, so that the interval has to be that of their number
 */
export function scoresOf(
  outcomes: readonly { readonly test: Int32Array; readonly predicted: Int32Array }[],
  labels: Int32Array,
  classes: number,
  fixed: boolean,
): Scores {
  const confusion = new Float64Array(classes * classes);
  const accuracies = outcomes.map(({ test, predicted }) => {
    let right = 0;
    for (const [at, node] of test.entries()) {
      confusion[labels[node]! * classes + predicted[at]!]!++;
      right += Number(labels[node] === predicted[at]);
    }
    return right / test.length;
  });
  const accuracy = mean(accuracies);
  const count = outcomes[0]!.test.length;
  const interval = fixed || accuracies.length < 2 ? wilson(accuracy, count) : student(accuracies);
  return { accuracies, accuracy, ...interval, macroF1: macroF1(confusion, classes), confusion };
}

export const outcomesOf = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ parts: { test }, trial: { predicted } }) => ({ test, predicted }));

/** What would come of always saying the class that is most frequent among the training nodes. */
export function majorityOf(outcomes: readonly Outcome[], labels: Int32Array, classes: number) {
  return outcomes.map(({ parts: { train, test } }) => {
    const counts = new Int32Array(classes);
    for (const node of train) counts[labels[node]!]!++;
    return { test, predicted: new Int32Array(test.length).fill(counts.indexOf(Math.max(...counts))) };
  });
}

function student(values: readonly number[]): { readonly lower: number; readonly upper: number } {
  const half = ((STUDENT[values.length - 2] ?? NORMAL) * deviation(values)) / Math.sqrt(values.length);
  const centre = mean(values);
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}

/** Precision, recall and F1 of a class, and how many nodes are of it; 0 where none is. */
export function classScores(confusion: Float64Array, classes: number, k: number) {
  let [row, column] = [0, 0];
  for (let j = 0; j < classes; j++) {
    row += confusion[k * classes + j]!;
    column += confusion[j * classes + k]!;
  }
  const right = confusion[k * classes + k]!;
  return {
    precision: column === 0 ? 0 : right / column,
    recall: row === 0 ? 0 : right / row,
    f1: row + column === 0 ? 0 : (2 * right) / (row + column),
    count: row,
  };
}

function macroF1(confusion: Float64Array, classes: number): number {
  const [hits, truths, claims] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)];
  for (const [at, count] of confusion.entries()) {
    const [truth, claim] = [Math.floor(at / classes), at % classes];
    truths[truth]! += count;
    claims[claim]! += count;
    if (truth === claim) hits[truth]! += count;
  }
  return meanF1(hits, truths, claims);
}
