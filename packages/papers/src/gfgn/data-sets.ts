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
import { createRandom, type Random } from '@unbraid/kernels';
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
  /** Features as they are. */
  readonly graph: GraphData;
  /** The same graph with each row of its features divided by its sum, where they are sparse; dense ones stay as they are. */
  readonly normalized: GraphData;
  readonly splits: readonly GraphSplit[];
}

/** What trainings are for: figures that are reported, or the choice of settings, which must not see the splits and seeds of those. */
export type Purpose = 'report' | 'search';

/** The first seed of trainings that choose settings: reported ones count from the run's own seed. */
export const SEARCH_SEED = 1000;

/** Graphs whose splits are drawn here and not by their authors. */
const DRAWN: readonly DataSetName[] = ['block', 'blogcatalog', 'flickr'];

/** Homophily of the drawn graph's dimensions: from far above chance, which is 0.25, to far below. */
export const HOMOPHILY = [0.85, 0.7, 0.5, 0.25, 0.15] as const;

const DRAWN_SPLITS = 10;

/**
 * A data set by name. For a search, splits that are drawn are others than the reported ones; those that authors publish stay, and it is their validation
 * nodes that choose.
 */
export async function loadDataSet(
  name: DataSetName,
  nodes: number,
  seed: number,
  purpose: Purpose = 'report',
): Promise<DataSet> {
  const { graph, splits } = name === 'block' ? drawBlock(nodes, seed) : await loadGraph(name);
  const normalized = 'data' in graph.features ? graph : { ...graph, features: rowNormalized(graph.features) };
  const others = purpose === 'search' && DRAWN.includes(name);
  return {
    name,
    graph,
    normalized,
    splits: others ? drawSplits(graph, createRandom(SEARCH_SEED + seed).split('splits')) : splits,
  };
}

function drawBlock(nodes: number, seed: number) {
  const random = createRandom(seed).split('block');
  const graph = blockModel({ nodes, homophily: HOMOPHILY, random });
  const splits = Array.from({ length: DRAWN_SPLITS }, (_, i) => randomSplit(graph.labels, random.split(`split ${i}`)));
  return { graph, splits };
}

const drawSplits = ({ labels }: GraphData, random: Random): GraphSplit[] =>
  Array.from({ length: DRAWN_SPLITS }, (_, i) => randomSplit(labels, random.split(i)));
