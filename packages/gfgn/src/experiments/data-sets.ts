import {
  blockModel,
  type GraphData,
  type GraphName,
  type GraphSplit,
  graphNames,
  loadGraph,
  randomSplit,
  rowNormalized,
} from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';

/** The graph that is drawn, and those that are read. */
export const dataSetNames = ['block', ...graphNames] as const;
export type DataSetName = 'block' | GraphName;

export const dataSetSetting = z
  .enum(dataSetNames as unknown as readonly [DataSetName, ...DataSetName[]])
  .default('block')
  .describe(
    'Graph: block is drawn (a block model with dimensions of different homophily), the others are files of their authors in $UNBRAID_DATA',
  );

export const nodesSetting = z.int().min(50).default(1000).describe('Nodes of the graph that is drawn');

export interface DataSet {
  readonly name: DataSetName;
  readonly graph: GraphData;
  readonly splits: readonly GraphSplit[];
}

/** Homophily of the drawn graph's dimensions: from far above chance, which is 0.25, to far below. */
export const HOMOPHILY = [0.85, 0.7, 0.5, 0.25, 0.15] as const;

const DRAWN_SPLITS = 10;

/** A data set by name, features normalized by row where they are bags of words. */
export async function loadDataSet(name: DataSetName, nodes: number, seed: number): Promise<DataSet> {
  if (name === 'block') {
    const random = createRandom(seed).split('block');
    const graph = blockModel({ nodes, homophily: HOMOPHILY, random });
    const splits = Array.from({ length: DRAWN_SPLITS }, (_, i) =>
      randomSplit(graph.labels, random.split(`split ${i}`)),
    );
    return { name, graph, splits };
  }
  const { graph, splits } = await loadGraph(name);
  const features = 'data' in graph.features ? graph.features : rowNormalized(graph.features);
  return { name, graph: { ...graph, features }, splits };
}
