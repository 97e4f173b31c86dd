import type { Matrix } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import { asShares } from '../entropy.ts';
import { binRows } from './bins.ts';
import { growTree, type RegressionTree, treeSpace, treeValue } from './boosted-tree.ts';

/** What boosting learns: for each row of `rows` a class, or a number. */
export interface Task {
  /** [rows of the whole matrix]: whole numbers from 0 to `classes` − 1, or numbers where there are no classes. */
  readonly labels: ArrayLike<number>;
  /** Undefined for regression. */
  readonly classes: number | undefined;
}

/** How trees are added. The defaults of scikit-learn, which disentanglement_lib takes: 100 stages of depth 3 at a rate of 0.1. */
export interface BoostingSettings {
  readonly stages: number;
  readonly depth: number;
  readonly rate: number;
  /** Of the order in which each tree looks at columns, which only decides between splits that are equally good. */
  readonly random: Random;
}

/** Boosted trees. */
export interface Boosted {
  /** By how much splits of each column lowered squared errors, as shares that sum to 1; all 0 where none did. */
  readonly importance: Float64Array;
  /** What is said of rows, [rows]: the class of the largest score, or the number. */
  predict(rows: Int32Array): Float64Array;
}

/**
 * Gradient-boosted trees (Friedman 2001, algorithms 2 and 6): for classes the multinomial deviance, with a tree for each class and stage and
 * leaves of one Newton step; for numbers the squared error. It is what scikit-learn's GradientBoostingClassifier and GradientBoostingRegressor do,
 * but that columns of more than 256 numbers are put into bins.
 *
 * @param x [rows, cols]
 * @param rows that are learnt from, one or more
 */
export function fitBoosting(
  x: Matrix,
  { labels, classes }: Task,
  rows: Int32Array,
  settings: BoostingSettings,
): Boosted {
  const data = binRows(x, rows);
  const outputs = classes ?? 1;
  const own = Float64Array.from(rows, (row) => labels[row]!);
  const start = classes === undefined ? Float64Array.of(mean(own)) : logShares(own, classes);
  const present = classes === undefined ? [0] : Array.from(start.keys()).filter((k) => start[k]! > -Infinity);
  const scores = new Float64Array(outputs * rows.length);
  for (let k = 0; k < outputs; k++) scores.fill(start[k]!, k * rows.length, (k + 1) * rows.length);
  const importance = new Float64Array(x.cols);
  const space = treeSpace(data, settings.depth);
  const target = new Float64Array(rows.length);
  const trees: { readonly output: number; readonly tree: RegressionTree }[] = [];
  const residuals = classes === undefined ? undefined : softmaxResiduals(own, present, scores);
  for (let stage = 0; stage < settings.stages; stage++) {
    residuals?.renew();
    for (const k of present) {
      const score = scores.subarray(k * rows.length, (k + 1) * rows.length);
      if (residuals) residuals.of(k, target);
      else for (let i = 0; i < own.length; i++) target[i] = own[i]! - score[i]!;
      const tree = growTree({
        data,
        target,
        depth: settings.depth,
        columns: settings.random.permutation(x.cols),
        space,
        importance,
        leafValue: residuals ? newtonValue(target, present.length) : meanValue(target),
        onLeaf(value, order, from, to) {
          for (let i = from; i < to; i++) score[order[i]!]! += settings.rate * value;
        },
      });
      trees.push({ output: k, tree });
    }
  }
  return {
    importance: asShares(importance),
    predict(asked) {
      const sums = new Float64Array(outputs * asked.length);
      for (let k = 0; k < outputs; k++) sums.fill(start[k]!, k * asked.length, (k + 1) * asked.length);
      // A tree for all rows before the next, so that it stays in the processor's cache.
      for (const { output, tree } of trees) {
        const own = sums.subarray(output * asked.length, (output + 1) * asked.length);
        for (let i = 0; i < asked.length; i++) own[i]! += settings.rate * treeValue(tree, x, asked[i]!);
      }
      return classes === undefined ? sums : largestOf(sums, asked.length);
    },
  };
}

/** The output of the largest score of each row; scores are [outputs, rows]. */
function largestOf(scores: Float64Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let best = i;
    for (let at = i + rows; at < scores.length; at += rows) if (scores[at]! > scores[best]!) best = at;
    return (best - i) / rows;
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function logShares(labels: Float64Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]!++;
  return counts.map((count) => Math.log(count / labels.length));
}

/** 1{y = k} − p_k of a stage, from the scores at its start. */
function softmaxResiduals(labels: Float64Array, present: readonly number[], scores: Float64Array) {
  const rows = labels.length;
  const [largest, sums] = [new Float64Array(rows), new Float64Array(rows)];
  const before = scores.slice();
  return {
    renew(): void {
      before.set(scores);
      largest.fill(-Infinity);
      sums.fill(0);
      for (const k of present) {
        for (let i = 0; i < rows; i++) largest[i] = Math.max(largest[i]!, before[k * rows + i]!);
      }
      for (const k of present) {
        for (let i = 0; i < rows; i++) {
          const e = Math.exp(before[k * rows + i]! - largest[i]!);
          before[k * rows + i] = e;
          sums[i]! += e;
        }
      }
    },
    of(k: number, target: Float64Array): void {
      for (let i = 0; i < rows; i++) target[i] = (labels[i] === k ? 1 : 0) - before[k * rows + i]! / sums[i]!;
    },
  };
}

/** (K − 1)/K · Σ r / Σ |r| (1 − |r|). */
const newtonValue = (target: Float64Array, classes: number) => (order: Int32Array, from: number, to: number) => {
  let [sum, weight] = [0, 0];
  for (let i = from; i < to; i++) {
    const r = target[order[i]!]!;
    sum += r;
    weight += Math.abs(r) * (1 - Math.abs(r));
  }
  return weight < 1e-150 ? 0 : (((classes - 1) / classes) * sum) / weight;
};

const meanValue = (target: Float64Array) => (order: Int32Array, from: number, to: number) => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += target[order[i]!]!;
  return sum / (to - from);
};
