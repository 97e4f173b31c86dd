import type { Random } from '@unbraid/kernels';
import { drawer } from '../draw.ts';
import { type Binned, between, columnBins, type Split } from './bins.ts';

/** A tree of a forest. Node 0 is the root; a node without a left child is a leaf. */
export interface ForestTree {
  readonly feature: number[];
  readonly threshold: number[];
  /** Of a node's children; −1 in a leaf. The right one follows the left. */
  readonly left: number[];
  /** What the rows of a node are on average: shares of classes, or a number. */
  readonly means: Float64Array[];
}

/** What a tree of a forest is grown from. */
export interface ForestGrowth {
  readonly data: Binned;
  /** [rows]: classes, or numbers. */
  readonly labels: Float64Array;
  /** Undefined for regression. */
  readonly classes: number | undefined;
  /** Columns that a node looks at. */
  readonly features: number;
  readonly depth: number;
  readonly random: Random;
  /** By how much splits lower Gini's impurity or the variance, times rows, [cols]; added to. */
  readonly importance: Float64Array;
}

/**
 * Grows a tree of a random forest (Breiman 2001) on a bootstrap sample of rows: each node looks at some columns at random, at
 * further ones where none of those varies, and takes the split that lowers Gini's impurity, or the variance, most.
 */
export function growForestTree(growth: ForestGrowth): ForestTree {
  const { data, random, importance, depth } = growth;
  const tree: ForestTree = { feature: [], threshold: [], left: [], means: [] };
  const add = () => {
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.means.push(new Float64Array(0));
    return tree.left.length - 1;
  };
  const draw = drawer(random.split('sample'));
  const sample = Int32Array.from({ length: data.rows }, () => draw(data.rows));
  const grow = (node: number, rows: Int32Array, level: number): void => {
    tree.means[node] = meansOf(growth, rows);
    const pure = growth.classes !== undefined && tree.means[node]!.includes(1);
    const split = level < depth && rows.length > 1 && !pure ? bestSplit(growth, rows) : undefined;
    if (split === undefined) return;
    importance[split.feature]! += split.decrease;
    tree.feature[node] = split.feature;
    tree.threshold[node] = split.threshold;
    const left = add();
    tree.left[node] = left;
    add();
    const bins = columnBins(data, split.feature);
    grow(
      left,
      rows.filter((row) => bins[row]! <= split.bin),
      level + 1,
    );
    grow(
      left + 1,
      rows.filter((row) => bins[row]! > split.bin),
      level + 1,
    );
  };
  grow(add(), sample, 0);
  return tree;
}

function meansOf({ labels, classes }: ForestGrowth, rows: Int32Array): Float64Array {
  const means = new Float64Array(classes ?? 1);
  for (const row of rows) {
    if (classes === undefined) means[0]! += labels[row]!;
    else means[labels[row]!]! += 1;
  }
  return means.map((sum) => sum / rows.length);
}

function bestSplit(growth: ForestGrowth, rows: Int32Array): Split | undefined {
  const { data, random, features } = growth;
  let best: Split | undefined;
  let looked = 0;
  for (const feature of random.permutation(data.cols)) {
    const sorted = sortRows(data, feature, rows);
    if (sorted === undefined) continue;
    const split = splitOf(growth, feature, sorted);
    if (split !== undefined && split.decrease > (best?.decrease ?? 0)) best = split;
    if (++looked === features) break;
  }
  return best;
}

/** Rows by their bins; undefined where all are in one. */
function sortRows(data: Binned, feature: number, rows: Int32Array): Int32Array | undefined {
  const bins = columnBins(data, feature);
  if (rows.length < data.most / 4) {
    const sorted = rows.slice().sort((a, b) => bins[a]! - bins[b]!);
    return bins[sorted[0]!] === bins[sorted.at(-1)!] ? undefined : sorted;
  }
  const starts = new Int32Array(data.most + 1);
  for (const row of rows) starts[bins[row]! + 1]!++;
  if (starts.includes(rows.length)) return undefined;
  for (let bin = 0; bin < data.most; bin++) starts[bin + 1]! += starts[bin]!;
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[starts[bins[row]!]!++] = row;
  return sorted;
}

/** The best split of sorted rows by one column. A part's merit is Σ_k n_k² / n, or (Σ y)² / n: the larger, the purer. */
function splitOf({ data, labels, classes }: ForestGrowth, feature: number, sorted: Int32Array): Split | undefined {
  const bins = columnBins(data, feature);
  const rows = sorted.length;
  const merit = classes === undefined ? squareOfSum(labels, sorted) : sumOfSquares(labels, sorted, classes);
  const base = merit.whole;
  let [most, at] = [1e-12 * base, -1];
  for (let i = 0; i < rows - 1; i++) {
    merit.move(labels[sorted[i]!]!);
    if (bins[sorted[i]!] === bins[sorted[i + 1]!]) continue;
    const decrease = merit.left() / (i + 1) + merit.right() / (rows - i - 1) - base;
    if (decrease > most) [most, at] = [decrease, i];
  }
  if (at < 0) return undefined;
  const [bin, next] = [bins[sorted[at]!]!, bins[sorted[at + 1]!]!];
  return { feature, bin, threshold: between(data.columns[feature]!, bin, next), decrease: most };
}

function squareOfSum(labels: Float64Array, rows: Int32Array) {
  let [left, right] = [0, 0];
  for (const row of rows) right += labels[row]!;
  return {
    whole: (right * right) / rows.length,
    move(label: number): void {
      left += label;
      right -= label;
    },
    left: () => left * left,
    right: () => right * right,
  };
}

function sumOfSquares(labels: Float64Array, rows: Int32Array, classes: number) {
  const [before, after] = [new Float64Array(classes), new Float64Array(classes)];
  for (const row of rows) after[labels[row]!]!++;
  let left = 0;
  let right = after.reduce((sum, count) => sum + count * count, 0);
  return {
    whole: right / rows.length,
    move(label: number): void {
      // (n + 1)² − n² = 2n + 1.
      left += 2 * before[label]!++ + 1;
      right -= 2 * after[label]!-- - 1;
    },
    left: () => left,
    right: () => right,
  };
}
