import type { Random } from '@unbraid/kernels';
import { drawer } from '../draw.ts';
import { type Binned, between, columnBins, partition, type Split } from './bins.ts';

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

/** Room that growing a tree needs, each [rows] but for `starts`. */
interface Space {
  /** Rows, those of a node one after another. */
  readonly order: Int32Array;
  readonly spare: Int32Array;
  /** A node's rows by their bins in one column. */
  readonly sorted: Int32Array;
  /** Of each bin, one more than there are. */
  readonly starts: Int32Array;
}

/** Rows of a node: `order` from the one place to before the other. */
interface Node {
  readonly from: number;
  readonly to: number;
}

/**
 * Grows a tree of a random forest (Breiman 2001) on a bootstrap sample of rows: each node looks at some columns at random, at
 * further ones where none of those varies, and takes the split that lowers Gini's impurity, or the variance, most.
 */
export function growForestTree(growth: ForestGrowth): ForestTree {
  const { data, importance, depth } = growth;
  const tree: ForestTree = { feature: [], threshold: [], left: [], means: [] };
  const add = () => {
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.means.push(new Float64Array(0));
    return tree.left.length - 1;
  };
  const space = spaceOf(growth);
  const grow = (at: number, node: Node, level: number): void => {
    const means = meansOf(growth, space.order, node);
    tree.means[at] = means;
    const pure = growth.classes !== undefined && means.includes(1);
    const split = level < depth && node.to - node.from > 1 && !pure ? bestSplit(growth, space, node) : undefined;
    if (split === undefined) return;
    importance[split.feature]! += split.decrease;
    tree.feature[at] = split.feature;
    tree.threshold[at] = split.threshold;
    const left = add();
    tree.left[at] = left;
    add();
    const middle = partition(data, split, space, node.from, node.to);
    grow(left, { from: node.from, to: middle }, level + 1);
    grow(left + 1, { from: middle, to: node.to }, level + 1);
  };
  grow(add(), { from: 0, to: data.rows }, 0);
  return tree;
}

function spaceOf({ data, random }: ForestGrowth): Space {
  const draw = drawer(random.split('sample'));
  return {
    order: Int32Array.from({ length: data.rows }, () => draw(data.rows)),
    spare: new Int32Array(data.rows),
    sorted: new Int32Array(data.rows),
    starts: new Int32Array(data.most + 1),
  };
}

function meansOf({ labels, classes }: ForestGrowth, order: Int32Array, { from, to }: Node): Float64Array {
  const means = new Float64Array(classes ?? 1);
  for (let i = from; i < to; i++) {
    const label = labels[order[i]!]!;
    if (classes === undefined) means[0]! += label;
    else means[label]! += 1;
  }
  for (let k = 0; k < means.length; k++) means[k]! /= to - from;
  return means;
}

function bestSplit(growth: ForestGrowth, space: Space, node: Node): Split | undefined {
  const { data, random, features, classes } = growth;
  const splitOf = classes === undefined ? splitOfNumbers : splitOfClasses;
  let best: Split | undefined;
  let looked = 0;
  for (const feature of random.permutation(data.cols)) {
    const bins = columnBins(data, feature);
    if (!sortRows(bins, data.most, space, node)) continue;
    const { at, decrease } = splitOf(growth, bins, space.sorted, node.to - node.from);
    if (at >= 0 && decrease > (best?.decrease ?? 0)) {
      const [bin, next] = [bins[space.sorted[at]!]!, bins[space.sorted[at + 1]!]!];
      best = { feature, bin, threshold: between(data.columns[feature]!, bin, next), decrease };
    }
    if (++looked === features) break;
  }
  return best;
}

/** So many rows are sorted by insertion, more by counting. */
const FEW = 32;

/** Puts a node's rows in the order of their bins, equal ones in the order that they had; false where all are in one bin. */
function sortRows(bins: Uint8Array, most: number, { order, sorted, starts }: Space, { from, to }: Node): boolean {
  const rows = to - from;
  if (rows <= FEW) {
    for (let i = 0; i < rows; i++) {
      const row = order[from + i]!;
      const bin = bins[row]!;
      let j = i;
      for (; j > 0 && bins[sorted[j - 1]!]! > bin; j--) sorted[j] = sorted[j - 1]!;
      sorted[j] = row;
    }
    return bins[sorted[0]!] !== bins[sorted[rows - 1]!];
  }
  starts.fill(0);
  for (let i = from; i < to; i++) starts[bins[order[i]!]! + 1]!++;
  if (starts[bins[order[from]!]! + 1] === rows) return false;
  for (let bin = 0; bin < most; bin++) starts[bin + 1]! += starts[bin]!;
  for (let i = from; i < to; i++) sorted[starts[bins[order[i]!]!]!++] = order[i]!;
  return true;
}

/** Where sorted rows are best divided: after which one of them, −1 for nowhere, and by how much that lowers the impurity, times rows. */
interface Division {
  readonly at: number;
  readonly decrease: number;
}

/** By (Σ y)² / n of both sides: the larger, the less the numbers of a side differ. */
function splitOfNumbers({ labels }: ForestGrowth, bins: Uint8Array, sorted: Int32Array, rows: number): Division {
  let [left, right] = [0, 0];
  for (let i = 0; i < rows; i++) right += labels[sorted[i]!]!;
  const base = (right * right) / rows;
  let [most, at] = [1e-12 * base, -1];
  for (let i = 0; i < rows - 1; i++) {
    const label = labels[sorted[i]!]!;
    left += label;
    right -= label;
    if (bins[sorted[i]!] === bins[sorted[i + 1]!]) continue;
    const decrease = (left * left) / (i + 1) + (right * right) / (rows - i - 1) - base;
    if (decrease > most) {
      most = decrease;
      at = i;
    }
  }
  return { at, decrease: most };
}

/** By Σ_k n_k² / n of both sides: the larger, the purer. */
function splitOfClasses(
  { labels, classes }: ForestGrowth,
  bins: Uint8Array,
  sorted: Int32Array,
  rows: number,
): Division {
  const [before, after] = [new Float64Array(classes!), new Float64Array(classes!)];
  for (let i = 0; i < rows; i++) after[labels[sorted[i]!]!]!++;
  let [left, right] = [0, after.reduce((sum, count) => sum + count * count, 0)];
  const base = right / rows;
  let [most, at] = [1e-12 * base, -1];
  for (let i = 0; i < rows - 1; i++) {
    const label = labels[sorted[i]!]!;
    // (n + 1)² − n² = 2n + 1.
    left += 2 * before[label]!++ + 1;
    right -= 2 * after[label]!-- - 1;
    if (bins[sorted[i]!] === bins[sorted[i + 1]!]) continue;
    const decrease = left / (i + 1) + right / (rows - i - 1) - base;
    if (decrease > most) {
      most = decrease;
      at = i;
    }
  }
  return { at, decrease: most };
}
