import type { Answers, Outputs } from './answers.ts';
import { rowsOf } from './answers.ts';

/** Computes all scores of some predictions, given what each row counts. */
export interface Scorer {
  /** Names of scores, the main one first. */
  readonly names: readonly ScoreName[];
  /** @param counts of the rows, beside their weights; NaN where a score isn't defined for these */
  scores(counts: ArrayLike<number> | undefined): Float64Array;
}

export type ScoreName = 'r2' | 'rmse' | 'mae' | 'accuracy' | 'logLoss' | 'auc' | 'macroF1';

/** What a probability counts as at least in the logarithm: float32's precision. */
const LEAST = 2 ** -24;

/** @param outputs probabilities, or quantities */
export function scorerOf(answers: Answers, outputs: Outputs): Scorer {
  return answers.task === 'regression' ? quantityScorer(answers, outputs) : classScorer(answers, outputs);
}

function quantityScorer(answers: Extract<Answers, { task: 'regression' }>, { data }: Outputs): Scorer {
  const { values, weights } = answers;
  const rows = values.length;
  // Around a value near the mean, so that sums of squares lose nothing.
  const centre = values.reduce((sum, value) => sum + value / rows, 0);
  return {
    names: ['r2', 'rmse', 'mae'],
    scores(counts) {
      let [all, sum, squares, errors, distances] = [0, 0, 0, 0, 0];
      for (let i = 0; i < rows; i++) {
        const w = (counts === undefined ? 1 : counts[i]!) * (weights === undefined ? 1 : weights[i]!);
        if (w === 0) continue;
        const y = values[i]! - centre;
        const error = values[i]! - data[i]!;
        all += w;
        sum += w * y;
        squares += w * y * y;
        errors += w * error * error;
        distances += w * Math.abs(error);
      }
      const variance = squares - (sum * sum) / all;
      const r2 = variance > 0 ? 1 - errors / variance : Number.NaN;
      return Float64Array.of(r2, Math.sqrt(errors / all), distances / all);
    },
  };
}

function classScorer(answers: Extract<Answers, { task: 'classification' }>, { data, cols }: Outputs): Scorer {
  const { labels, weights } = answers;
  const rows = rowsOf(answers);
  const found = largest(data, rows, cols);
  const losses = Float64Array.from(labels, (label, i) => -Math.log(Math.max(data[i * cols + label]!, LEAST)));
  const order = cols === 2 ? ranked(data, rows) : undefined;
  return {
    names: ['accuracy', 'logLoss', ...(order ? (['auc'] as const) : []), 'macroF1'],
    scores(counts) {
      let [all, right, loss] = [0, 0, 0];
      const [hits, truths, claims] = [new Float64Array(cols), new Float64Array(cols), new Float64Array(cols)];
      for (let i = 0; i < rows; i++) {
        const w = (counts === undefined ? 1 : counts[i]!) * (weights === undefined ? 1 : weights[i]!);
        if (w === 0) continue;
        const [label, claim] = [labels[i]!, found[i]!];
        all += w;
        loss += w * losses[i]!;
        truths[label]! += w;
        claims[claim]! += w;
        if (label !== claim) continue;
        right += w;
        hits[label]! += w;
      }
      const auc = order ? [areaUnder(order, labels, data, counts, weights)] : [];
      return Float64Array.of(right / all, loss / all, ...auc, meanF1(hits, truths, claims));
    },
  };
}

/** The first of the largest entries of each row. */
export function largest(data: ArrayLike<number>, rows: number, cols: number): Int32Array {
  const found = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let c = 1; c < cols; c++) if (data[i * cols + c]! > data[i * cols + found[i]!]!) found[i] = c;
  }
  return found;
}

/** Mean over the classes that occur, in truth or among predictions, of 2 · hits / (truths + claims). */
export function meanF1(hits: Float64Array, truths: Float64Array, claims: Float64Array): number {
  let [sum, classes] = [0, 0];
  hits.forEach((hit, c) => {
    const both = truths[c]! + claims[c]!;
    if (both === 0) return;
    sum += (2 * hit) / both;
    classes++;
  });
  return sum / classes;
}

/** Rows by the probability of the second class, ascending. */
function ranked(data: ArrayLike<number>, rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => data[2 * a + 1]! - data[2 * b + 1]!);
}

/** How likely a row of the second class has a higher probability of it than one of the first, ties counting ½; NaN where either class is missing. */
function areaUnder(
  order: Uint32Array,
  labels: Int32Array,
  data: ArrayLike<number>,
  counts: ArrayLike<number> | undefined,
  weights: Float64Array | undefined,
): number {
  let [area, below, positive] = [0, 0, 0];
  for (let at = 0; at < order.length; ) {
    const score = data[2 * order[at]! + 1]!;
    let [zeros, ones] = [0, 0];
    for (; at < order.length && data[2 * order[at]! + 1] === score; at++) {
      const row = order[at]!;
      const w = (counts === undefined ? 1 : counts[row]!) * (weights === undefined ? 1 : weights[row]!);
      if (labels[row] === 1) ones += w;
      else zeros += w;
    }
    area += ones * (below + zeros / 2);
    below += zeros;
    positive += ones;
  }
  return below > 0 && positive > 0 ? area / (below * positive) : Number.NaN;
}
