import type { Matrix } from '@unbraid/data';
import { type Binned, between, columnBins, partition, type Split } from './bins.ts';

/** A regression tree. Node 0 is the root; a node without a left child is a leaf. */
export interface RegressionTree {
  /** The column that a node asks about. */
  readonly feature: Int32Array;
  /** Rows whose number is at most this go left. */
  readonly threshold: Float64Array;
  /** Of a node's children; −1 in a leaf. The right one follows the left. */
  readonly left: Int32Array;
  /** What a leaf says. */
  readonly value: Float64Array;
  readonly nodes: number;
}

/** What is kept from tree to tree, so that none is allocated anew. */
export interface TreeSpace {
  readonly order: Int32Array;
  readonly spare: Int32Array;
  /** For each node: rows and sum of targets in each bin of each column. */
  readonly histograms: Float64Array[];
}

/** Space for trees of at most `depth` on such rows. */
export function treeSpace({ rows, cols, most }: Binned, depth: number): TreeSpace {
  const histograms = Array.from({ length: 2 ** (depth + 1) }, () => new Float64Array(2 * cols * most));
  return { order: new Int32Array(rows), spare: new Int32Array(rows), histograms };
}

/** What a growing tree is told. */
export interface Growth {
  readonly data: Binned;
  /** What is regressed on, [rows]. */
  readonly target: Float64Array;
  readonly depth: number;
  /** The columns, in the order in which they are looked at: of equally good splits the first is taken. */
  readonly columns: Int32Array;
  readonly space: TreeSpace;
  /** By how much the column's splits lower the sum of squared errors, [cols]; added to. */
  readonly importance: Float64Array;
  /** What a leaf of the rows order[from…to) says. */
  readonly leafValue: (order: Int32Array, from: number, to: number) => number;
  /** Told the rows of each leaf. */
  readonly onLeaf: (value: number, order: Int32Array, from: number, to: number) => void;
}

/**
 * Grows a regression tree by the splits that lower the sum of squared errors most (Breiman et al. 1984). Candidates are the edges of bins; a threshold is
 * midway between the numbers beside it, as in scikit-learn. The histogram of a node's larger child is the node's without the smaller child's, so a
 * level of the tree costs half its rows.
 */
export function growTree(growth: Growth): RegressionTree {
  const { data, depth, space, importance, leafValue, onLeaf } = growth;
  const size = 2 ** (depth + 1);
  const tree = {
    feature: new Int32Array(size).fill(-1),
    threshold: new Float64Array(size),
    left: new Int32Array(size).fill(-1),
    value: new Float64Array(size),
  };
  let nodes = 1;
  const { order, histograms } = space;
  for (let i = 0; i < order.length; i++) order[i] = i;
  fillHistogram(growth, histograms[0]!, 0, data.rows);
  const grow = (node: number, from: number, to: number, level: number): void => {
    const split = level < depth && to - from > 1 ? bestSplit(growth, histograms[node]!, to - from) : undefined;
    if (split === undefined) {
      const value = leafValue(order, from, to);
      tree.value[node] = value;
      onLeaf(value, order, from, to);
      return;
    }
    importance[split.feature]! += split.decrease;
    tree.feature[node] = split.feature;
    tree.threshold[node] = split.threshold;
    const left = nodes;
    tree.left[node] = left;
    nodes += 2;
    const middle = partition(data, split, space, from, to);
    if (level + 1 < depth) childHistograms(growth, node, left, from, middle, to);
    grow(left, from, middle, level + 1);
    grow(left + 1, middle, to, level + 1);
  };
  grow(0, 0, data.rows, 0);
  return { ...tree, nodes };
}

/** What a tree says of a row of a matrix. */
export function treeValue({ feature, threshold, left, value }: RegressionTree, x: Matrix, row: number): number {
  let node = 0;
  while (left[node]! >= 0) {
    node = left[node]! + (x.data[row * x.cols + feature[node]!]! <= threshold[node]! ? 0 : 1);
  }
  return value[node]!;
}

function fillHistogram(
  { data, target, space: { order } }: Growth,
  histogram: Float64Array,
  from: number,
  to: number,
): void {
  histogram.fill(0);
  for (let c = 0; c < data.cols; c++) {
    const bins = columnBins(data, c);
    const offset = 2 * c * data.most;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const at = offset + 2 * bins[row]!;
      histogram[at]! += 1;
      histogram[at + 1]! += target[row]!;
    }
  }
}

function childHistograms(growth: Growth, node: number, left: number, from: number, middle: number, to: number): void {
  const { histograms } = growth.space;
  const [own, first, second] = [histograms[node]!, histograms[left]!, histograms[left + 1]!];
  const leftIsSmaller = middle - from <= to - middle;
  const [smaller, larger] = leftIsSmaller ? [first, second] : [second, first];
  if (leftIsSmaller) fillHistogram(growth, smaller, from, middle);
  else fillHistogram(growth, smaller, middle, to);
  for (let i = 0; i < own.length; i++) larger[i] = own[i]! - smaller[i]!;
}

/** The split that lowers the squared error most; undefined where none does. */
function bestSplit({ data, columns }: Growth, histogram: Float64Array, rows: number): Split | undefined {
  let best: Split | undefined;
  let most = 0;
  let total = 0;
  for (let bin = 0; bin < data.columns[0]!.count; bin++) total += histogram[2 * bin + 1]!;
  const base = (total * total) / rows;
  for (const c of columns) {
    const column = data.columns[c]!;
    const offset = 2 * c * data.most;
    let [n, sum, last] = [0, 0, -1];
    for (let bin = 0; bin < column.count; bin++) {
      const here = histogram[offset + 2 * bin]!;
      if (here === 0) continue;
      if (last >= 0) {
        const right = rows - n;
        const decrease = (sum * sum) / n + ((total - sum) * (total - sum)) / right - base;
        // Differences of rounding don't count.
        if (decrease > most * (1 + 1e-12) + 1e-12 * base) {
          most = decrease;
          best = { feature: c, bin: last, threshold: between(column, last, bin), decrease };
        }
      }
      n += here;
      sum += histogram[offset + 2 * bin + 1]!;
      last = bin;
    }
  }
  return best;
}
