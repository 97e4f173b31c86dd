import { presentCodes } from '../prepare/entries.ts';
import type { Target } from '../prepare/target.ts';
import type { Column } from '../table.ts';

/** A column and the target, of the same rows. */
export interface Pair {
  readonly column: Column;
  readonly target: Target;
  /** The fold of each row. */
  readonly fold: Int32Array;
  readonly folds: number;
}

/** How a column alone predicts the target on rows that it didn't learn from. */
export interface AloneScore {
  /** 1 minus errors over those of the majority or the mean: 1 for a perfect prediction, 0 for none. */
  readonly score: number;
  /** Errors of the majority, in rows; of a quantity all rows. */
  readonly chances: number;
}

/**
 * The score of predicting by one column: rows of other folds that have the same entry, or the nearest ones, tell the class by majority and a quantity by
 * their mean, between two of them by a straight line. Missing entries are an entry of their own.
 */
export function aloneScore(pair: Pair): AloneScore {
  const { target } = pair;
  const keys = keysOf(pair.column);
  const isOrdered = pair.column.kind !== 'text';
  const order = Int32Array.from(keys.keys()).sort((a, b) => compare(keys[a]!, keys[b]!));
  return target.task === 'regression'
    ? ofQuantity(pair, target.values, keys, order, isOrdered)
    : ofClasses(pair, target.labels, target.classes.length, keys, order, isOrdered);
}

/** NaN, which is missing, after all numbers. */
const compare = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;

const keysOf = (column: Column): Float64Array =>
  column.kind === 'text'
    ? Float64Array.from(presentCodes(column), (code) => (code < 0 ? Number.NaN : code))
    : column.values;

/** Runs of equal entries in sorted order: where each begins, and one end more. */
function runsOf(keys: Float64Array, order: Int32Array): number[] {
  const starts: number[] = [];
  for (let i = 0; i < order.length; i++)
    if (i === 0 || compare(keys[order[i - 1]!]!, keys[order[i]!]!) !== 0) starts.push(i);
  return [...starts, order.length];
}

/** For each run the nearest one at or before it, and at or after it, that has rows of training; −1 without. */
function neighbours(has: readonly boolean[]): { before: Int32Array; after: Int32Array } {
  const [before, after] = [new Int32Array(has.length), new Int32Array(has.length)];
  let last = -1;
  for (let r = 0; r < has.length; r++) {
    if (has[r]) last = r;
    before[r] = last;
  }
  last = -1;
  for (let r = has.length - 1; r >= 0; r--) {
    if (has[r]) last = r;
    after[r] = last;
  }
  return { before, after };
}

function ofQuantity(
  { fold, folds }: Pair,
  values: Float64Array,
  keys: Float64Array,
  order: Int32Array,
  isOrdered: boolean,
): AloneScore {
  const runs = runsOf(keys, order);
  let [errors, spread] = [0, 0];
  for (let f = 0; f < folds; f++) {
    const { sums, counts, mean } = sumsOf(values, fold, f, order, runs);
    const means = sums.map((sum, r) => sum / counts[r]!);
    const { before, after } = neighbours(counts.map((count) => count > 0));
    const keyOf = (run: number): number => keys[order[runs[run]!]!]!;
    for (let r = 0; r + 1 < runs.length; r++) {
      const [low, high] = [before[r]!, after[r]!];
      const predicted = predict(r, low, high, isOrdered, keyOf, means, mean);
      for (let i = runs[r]!; i < runs[r + 1]!; i++) {
        if (fold[order[i]!] !== f) continue;
        errors += (values[order[i]!]! - predicted) ** 2;
        spread += (values[order[i]!]! - mean) ** 2;
      }
    }
  }
  return { score: 1 - errors / spread, chances: values.length };
}

/** What the runs around say of run `r`. */
function predict(
  r: number,
  low: number,
  high: number,
  isOrdered: boolean,
  keyOf: (run: number) => number,
  means: readonly number[],
  mean: number,
): number {
  if (low === r) return means[r]!;
  if (!isOrdered || Number.isNaN(keyOf(r))) return mean;
  const isAbove = high >= 0 && !Number.isNaN(keyOf(high));
  if (low < 0) return isAbove ? means[high]! : mean;
  if (!isAbove) return means[low]!;
  const part = (keyOf(r) - keyOf(low)) / (keyOf(high) - keyOf(low));
  return means[low]! + part * (means[high]! - means[low]!);
}

function sumsOf(values: Float64Array, fold: Int32Array, f: number, order: Int32Array, runs: readonly number[]) {
  const sums = new Array<number>(runs.length - 1).fill(0);
  const counts = new Array<number>(runs.length - 1).fill(0);
  for (let r = 0; r + 1 < runs.length; r++) {
    for (let i = runs[r]!; i < runs[r + 1]!; i++) {
      if (fold[order[i]!] === f) continue;
      sums[r]! += values[order[i]!]!;
      counts[r]!++;
    }
  }
  const rows = counts.reduce((a, b) => a + b, 0);
  return { sums, counts, mean: sums.reduce((a, b) => a + b, 0) / rows };
}

function ofClasses(
  { fold, folds }: Pair,
  labels: Int32Array,
  classes: number,
  keys: Float64Array,
  order: Int32Array,
  isOrdered: boolean,
): AloneScore {
  const runs = runsOf(keys, order);
  let [wrong, chances] = [0, 0];
  for (let f = 0; f < folds; f++) {
    const totals = new Float64Array(classes);
    labels.forEach((label, row) => {
      if (fold[row] !== f) totals[label]!++;
    });
    const majority = totals.indexOf(Math.max(...totals));
    const winners = winnersOf(labels, fold, f, order, runs, totals);
    const { before, after } = neighbours(winners.map((winner) => winner >= 0));
    const keyOf = (run: number): number => keys[order[runs[run]!]!]!;
    for (let r = 0; r + 1 < runs.length; r++) {
      const nearest = nearestRun(r, before[r]!, after[r]!, isOrdered, keyOf);
      const predicted = nearest < 0 ? majority : winners[nearest]!;
      for (let i = runs[r]!; i < runs[r + 1]!; i++) {
        const row = order[i]!;
        if (fold[row] !== f) continue;
        if (labels[row] !== predicted) wrong++;
        if (labels[row] !== majority) chances++;
      }
    }
  }
  return { score: chances === 0 ? 0 : 1 - wrong / chances, chances };
}

function nearestRun(r: number, low: number, high: number, isOrdered: boolean, keyOf: (run: number) => number): number {
  if (low === r) return r;
  if (!isOrdered || Number.isNaN(keyOf(r))) return -1;
  const isAbove = high >= 0 && !Number.isNaN(keyOf(high));
  if (low < 0 || !isAbove) return low >= 0 ? low : isAbove ? high : -1;
  return keyOf(r) - keyOf(low) <= keyOf(high) - keyOf(r) ? low : high;
}

/** The most frequent class of each run among rows of training, −1 without such. */
function winnersOf(
  labels: Int32Array,
  fold: Int32Array,
  f: number,
  order: Int32Array,
  runs: readonly number[],
  totals: Float64Array,
): number[] {
  const winners: number[] = [];
  const counts = new Float64Array(totals.length);
  for (let r = 0; r + 1 < runs.length; r++) {
    let best = -1;
    for (let i = runs[r]!; i < runs[r + 1]!; i++) {
      const row = order[i]!;
      if (fold[row] === f) continue;
      const label = labels[row]!;
      counts[label]!++;
      if (best < 0 || counts[label]! > counts[best]!) best = label;
    }
    for (let i = runs[r]!; i < runs[r + 1]!; i++) counts[labels[order[i]!]!] = 0;
    winners.push(best);
  }
  return winners;
}
