import type { Matrix } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import { asShares } from '../entropy.ts';
import type { SplitRows } from '../split-rows.ts';
import { binRows } from './bins.ts';
import type { Task } from './boosting.ts';
import { type ForestTree, growForestTree } from './forest-tree.ts';

/** How a forest is grown. */
export interface ForestSettings {
  readonly trees: number;
  /** Of the deepest trees; the forests of all lesser depths are judged as well. */
  readonly depth: number;
  readonly random: Random;
}

/** A forest, judged by rows that it did not learn from. */
export interface Forest {
  /** By how much splits of each column lowered the impurity, as shares that sum to 1; all 0 where none did. */
  readonly importance: Float64Array;
  /** The loss on the test rows of the forest cut at depth 1, 2, …, `depth`: the share of wrong classes, or 1 − R². */
  readonly losses: Float64Array;
  /** The loss of saying the commonest class, or the mean, of the rows to learn from: depth 0. */
  readonly baseline: number;
}

/**
 * A random forest (Breiman 2001): trees on bootstrap samples, whose nodes look at √cols columns for classes and at all for numbers, as in
 * scikit-learn; what trees say is averaged. A node's split doesn't depend on the depth that trees may reach, so one forest tells the losses
 * at all depths.
 *
 * @param x [rows, cols]
 */
export function fitForest(
  x: Matrix,
  { labels, classes }: Task,
  { train, test }: SplitRows,
  { trees, depth, random }: ForestSettings,
): Forest {
  const data = binRows(x, train);
  const own = Float64Array.from(train, (row) => labels[row]!);
  const outputs = classes ?? 1;
  const importance = new Float64Array(x.cols);
  const said = Array.from({ length: depth + 1 }, () => new Float64Array(test.length * outputs));
  const features = classes === undefined ? x.cols : Math.max(1, Math.floor(Math.sqrt(x.cols)));
  for (let t = 0; t < trees; t++) {
    // Each tree's decreases count alike, whatever its root's impurity.
    const grown = new Float64Array(x.cols);
    const growth = { data, labels: own, classes, features, depth, random: random.split(t), importance: grown };
    const tree = growForestTree(growth);
    asShares(grown).forEach((share, c) => {
      importance[c]! += share / trees;
    });
    addAnswers(tree, x, test, said);
  }
  const truth = Float64Array.from(test, (row) => labels[row]!);
  const loss = (answers: Float64Array) =>
    classes === undefined
      ? 1 -
        rSquared(
          answers.map((sum) => sum / trees),
          truth,
        )
      : wrongShare(answers, truth, classes);
  return {
    importance: asShares(importance),
    losses: Float64Array.from(said.slice(1), loss),
    baseline: loss(said[0]!),
  };
}

/** Adds what a tree, cut at each depth, says of rows. */
function addAnswers(tree: ForestTree, x: Matrix, rows: Int32Array, said: readonly Float64Array[]): void {
  rows.forEach((row, i) => {
    let node = 0;
    for (const answers of said) {
      const means = tree.means[node]!;
      for (let k = 0; k < means.length; k++) answers[i * means.length + k]! += means[k]!;
      if (tree.left[node]! < 0) continue;
      const goesLeft = x.data[row * x.cols + tree.feature[node]!]! <= tree.threshold[node]!;
      node = tree.left[node]! + (goesLeft ? 0 : 1);
    }
  });
}

function wrongShare(answers: Float64Array, truth: Float64Array, classes: number): number {
  let wrong = 0;
  truth.forEach((label, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (answers[i * classes + k]! > answers[i * classes + best]!) best = k;
    if (best !== label) wrong++;
  });
  return wrong / truth.length;
}

/** R² of predictions; NaN where the truth does not vary. */
export function rSquared(said: Float64Array, truth: Float64Array): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const squares = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const errors = truth.reduce((sum, value, i) => sum + (value - said[i]!) ** 2, 0);
  return 1 - errors / squares;
}
