import {
  type GraphData,
  type GraphName,
  type GraphSplit,
  graphNames,
  loadGraph,
  minesweeper,
  stratifiedSplits,
} from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { loadDataSet } from './data-sets.ts';

type DrawnName = 'minesweeper-drawn' | 'block';

/** Graphs that are drawn, and those that are read. */
export const heterophilySets = ['minesweeper-drawn', 'block', ...graphNames] as unknown as readonly [
  DrawnName | GraphName,
  ...(DrawnName | GraphName)[],
];

/** A graph, its splits, and those that settings are chosen by. */
export interface HeterophilySet {
  readonly graph: GraphData;
  readonly splits: readonly GraphSplit[];
  /** Published splits as they are (their validation nodes choose), drawn ones other than `splits`. */
  readonly tuning: readonly GraphSplit[];
}

/** As many as the published graphs have. */
const SPLITS = 10;

/** Nodes of the block model. */
const BLOCK_NODES = 5000;

/** @param size side of the board that is drawn */
export async function loadHeterophily(
  { dataset, size }: { readonly dataset: DrawnName | GraphName; readonly size: number },
  seed: number,
): Promise<HeterophilySet> {
  if (dataset === 'minesweeper-drawn') {
    const random = createRandom(seed);
    const graph = minesweeper({ rows: size, cols: size, random: random.split('board') });
    const draw = (name: string) => stratifiedSplits(graph.labels, SPLITS, random.split(name));
    return { graph, splits: draw('splits'), tuning: draw('tuning') };
  }
  if (dataset === 'block') {
    const report = await loadDataSet('block', BLOCK_NODES, seed);
    const search = await loadDataSet('block', BLOCK_NODES, seed, 'search');
    return { graph: report.graph, splits: report.splits, tuning: search.splits };
  }
  const { graph, splits } = await loadGraph(dataset);
  return { graph, splits, tuning: splits };
}

/** What a graph's classes are scored by, as the protocol has it. */
export const scoreOf = ({ classes }: Pick<GraphData, 'classes'>): string => (classes === 2 ? 'ROC AUC' : 'accuracy');
