import { smoothingScores } from '@unbraid/gfgn';
import type { Csr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import type { Recipe, Trained } from './candidates.ts';
import { type LearnedFeatures, namesOf } from './features.ts';
import type { Parts } from './splits.ts';
import { type Bench, train } from './trial.ts';

/** What gates on the columns themselves learned. */
export interface Smoothing {
  readonly names: readonly string[];
  /** Of each feature: 0 leaves it as it is, 1 smooths it as a GCN does. */
  readonly scores: Float64Array;
  /** Pearson's correlation of the feature at both ends of edges; NaN for a feature that doesn't vary there. */
  readonly alike: Float64Array;
  /** Accuracy, ROC AUC or R² of what is behind the gates. */
  readonly test: number;
}

/** Gates on the columns need these dense; larger ones are left out of the picture. */
const MOST_ENTRIES = 2 ** 24;

/** As in the experiment `gfgn/dimensions`: without decay, which would pull gates together. */
const RECIPE: Recipe = {
  hidden: 32,
  dropout: 0.2,
  limit: 1,
  learningRate: 0.02,
  weightDecay: 0,
  monitor: 'loss',
  normalize: false,
};

/** Whether columns are few enough. */
export const isSmoothable = ({ x }: LearnedFeatures): boolean => x.rows * x.cols <= MOST_ENTRIES;

/** What gates on the columns themselves, hidden layers behind them, came to. */
export type Gates = Pick<Smoothing, 'scores' | 'test'>;

/** Trains them. */
export async function trainGates(bench: Bench, { x }: LearnedFeatures, parts: Parts): Promise<Gates> {
  const { context, runtime } = bench;
  const { model } = context.settings;
  const gated: Trained = model.startsWith('gfgn') ? model : 'gfgn-graph';
  const plan = { model: gated, recipe: RECIPE, x: denseOf(x), parts, seed: context.seed, gateInputs: true };
  const { fitted, graph } = await train(bench, plan);
  const [layer] = await smoothingScores(fitted, graph, { runtime });
  return { scores: layer!.mean, test: fitted.best.testScore };
}

/** With the names of columns, and how alike their ends of edges are. */
export const smoothingOf = ({ source }: Bench, gates: Gates, { features, x }: LearnedFeatures): Smoothing => ({
  ...gates,
  names: namesOf(features),
  alike: alikeOf(denseOf(x), source.adjacency),
});

function denseOf(x: Csr | Matrix): Matrix {
  if ('data' in x) return x;
  const data = new Float32Array(x.rows * x.cols);
  for (let row = 0; row < x.rows; row++) {
    for (let e = x.starts[row]!; e < x.starts[row + 1]!; e++) data[row * x.cols + x.columns[e]!] = x.values[e]!;
  }
  return { data, rows: x.rows, cols: x.cols };
}

/** The correlation of each column between the ends of edges, each edge in both directions. */
export function alikeOf({ data, cols }: Matrix, { rows, starts, columns }: Csr): Float64Array {
  const [sums, squares, products] = [new Float64Array(cols), new Float64Array(cols), new Float64Array(cols)];
  for (let i = 0; i < rows; i++) {
    const degree = starts[i + 1]! - starts[i]!;
    for (let d = 0; d < cols; d++) {
      const own = data[i * cols + d]!;
      sums[d]! += degree * own;
      squares[d]! += degree * own * own;
      let others = 0;
      if (own !== 0) for (let e = starts[i]!; e < starts[i + 1]!; e++) others += data[columns[e]! * cols + d]!;
      products[d]! += own * others;
    }
  }
  const count = columns.length;
  return sums.map((sum, d) => {
    const mean = sum / count;
    const variance = squares[d]! / count - mean * mean;
    return variance > 1e-12 * Math.max(1, squares[d]! / count)
      ? (products[d]! / count - mean * mean) / variance
      : Number.NaN;
  });
}
