import { join } from 'node:path';
import { type GraphName, loadGraph, rowNormalized } from '@unbraid/data';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { progress } from '../progress.ts';
import { limitRow, type Row } from '../row.ts';
import { MissingError, startSide, THREADS } from '../side.ts';
import { type GfgnTask, type TrainingGraph, writeGfgnTask } from '../tasks/gfgn.ts';
import { randomGraph } from '../tasks/random-graph.ts';
import { checkLosses } from './graph.ts';

/** Epochs of GCN, GAT and GFGN-pair on three graphs. */
export const gfgn: Benchmark = {
  name: 'gfgn',
  about: 'epochs of GCN, GAT and GFGN-pair on Cora, BlogCatalog and a graph of 170,000 nodes against PyTorch Geometric',
  get parts() {
    return WORKS.map(({ name }) => name);
  },
  async run(options) {
    const rows: Row[] = [];
    for (const work of WORKS) {
      if (options.only === undefined || options.only === work.name) rows.push(...(await training(work, options)));
    }
    return rows;
  },
};

type Model = GfgnTask['model'];

/** A graph and the models to train on it. */
interface Work {
  readonly name: string;
  readonly graph: () => Promise<TrainingGraph>;
  readonly hidden: number;
  readonly models: readonly Model[];
  /** For our own kernels. Default 1, as it is for users. */
  readonly kernelThreads?: number;
  /** Ratios to reach. */
  readonly goals?: { readonly [M in Model]?: { readonly time: number; readonly memory?: number } };
  /** What we may take in all. */
  readonly limitMegabytes?: number;
}

const SEED = 1;
const RANDOM_GRAPH = { nodes: 170_000, edges: 1_200_000, features: 128, classes: 40, trained: 90_000 };

const WORKS: readonly Work[] = [
  { name: 'Cora', graph: () => read('cora'), hidden: 16, models: ['gcn', 'gat', 'gfgnPair'] },
  {
    name: 'BlogCatalog',
    graph: () => read('blogcatalog'),
    hidden: 64,
    models: ['gcn', 'gat', 'gfgnPair'],
    goals: { gcn: { time: 2 }, gfgnPair: { time: 5, memory: 10 } },
  },
  {
    name: 'BlogCatalog, kernels on two threads',
    graph: () => read('blogcatalog'),
    hidden: 64,
    models: ['gcn', 'gfgnPair'],
    kernelThreads: THREADS,
  },
  {
    name: '170,000 nodes, 1.2 million edges',
    graph: async () => randomGraph(RANDOM_GRAPH, SEED),
    hidden: 64,
    models: ['gcn', 'gfgnPair'],
    limitMegabytes: 6000,
  },
  {
    name: '170,000 nodes, kernels on two threads',
    graph: async () => randomGraph(RANDOM_GRAPH, SEED),
    hidden: 64,
    models: ['gcn', 'gfgnPair'],
    kernelThreads: THREADS,
  },
];

const TITLES: Readonly<Record<Model, string>> = { gcn: 'GCN', gat: 'GAT', gfgnPair: 'GFGN-pair' };
/** Of a head, of which there are eight. */
const GAT_WIDTH = 8;
/** The epochs after which `checkLosses` compares. */
const CHECKED_EPOCHS = 5;
const SECONDS_OF_EPOCHS = 2;
/** Epochs by which the faster form of a peer is found. */
const TRIED_EPOCHS = 3;

/** A graph of its authors' files, with its first split. */
async function read(name: GraphName): Promise<TrainingGraph> {
  const { graph, splits } = await loadGraph(name);
  const features = 'data' in graph.features ? graph.features : rowNormalized(graph.features);
  return { graph: { ...graph, features }, train: splits[0]!.train };
}

async function training(work: Work, options: BenchmarkOptions): Promise<Row[]> {
  let data: TrainingGraph;
  try {
    data = await work.graph();
  } catch (error) {
    progress(`${work.name} is left out: ${(error as Error).message}`);
    return [];
  }
  const rows: Row[] = [];
  for (const model of work.models) rows.push(...(await modelRows(model, work, data, options)));
  return rows;
}

async function modelRows(
  model: Model,
  { name, hidden, goals, limitMegabytes, kernelThreads = 1 }: Work,
  data: TrainingGraph,
  { runs, folder }: BenchmarkOptions,
): Promise<Row[]> {
  const row = `${TITLES[model]}, ${name}, epoch`;
  const task: GfgnTask = {
    file: join(folder, `${model}-${data.graph.labels.length}.safetensors`),
    model,
    hidden: model === 'gat' ? GAT_WIDTH : hidden,
    classes: data.graph.classes,
    dropout: 0.5,
    limit: 1,
    learningRate: 0.01,
    weightDecay: 5e-4,
    checkedEpochs: CHECKED_EPOCHS,
    threads: THREADS,
    kernelThreads,
  };
  await writeGfgnTask(task, data, SEED);
  const sparse = !('data' in data.graph.features);
  const goal = goals?.[model];
  const peers: Peer[] = [];
  for (const form of formsOf(model)) peers.push(await fastest(candidates(form, task, sparse, goal?.time ?? null)));
  const rows = await hold({
    row,
    ours: { name: 'unbraid', program: process.execPath, script: ourScript('gfgn'), task },
    peers,
    runs,
    secondsOfSteps: SECONDS_OF_EPOCHS,
    addedMemoryGoal: goal?.memory ?? null,
    checkPrepared: checkLosses,
  });
  return limitMegabytes === undefined ? rows : [...rows, memoryRow(row, rows, limitMegabytes)];
}

/** A layer of PyTorch Geometric in one of the forms that it takes edges in. */
interface Form {
  readonly layer: string;
  readonly sparseAdjacency: boolean;
}

function formsOf(model: Model): readonly Form[] {
  if (model === 'gat') return [{ layer: 'GATConv', sparseAdjacency: false }];
  if (model === 'gfgnPair') return [{ layer: 'MessagePassing', sparseAdjacency: false }];
  return [
    { layer: 'GCNConv, edge_index', sparseAdjacency: false },
    { layer: 'GCNConv, torch.sparse', sparseAdjacency: true },
  ];
}

/** The peer with dense and, where they are, with sparse features. */
function candidates({ layer, sparseAdjacency }: Form, task: GfgnTask, sparse: boolean, goal: number | null): Peer[] {
  return (sparse ? [false, true] : [false]).map((sparseFeatures) => {
    const called = sparse ? `${layer}, ${sparseFeatures ? 'sparse' : 'dense'} features` : layer;
    return {
      name: `PyG ${called}`,
      program: python(),
      script: peerScript('pyg_gfgn.py'),
      goal,
      task: { ...task, sparseAdjacency, sparseFeatures, called },
    };
  });
}

/** The one of several forms of a peer that takes least for an epoch; the first where they are not installed. */
export async function fastest(peers: readonly Peer[]): Promise<Peer> {
  let [best] = peers as [Peer];
  let least = Number.POSITIVE_INFINITY;
  if (peers.length === 1) return best;
  for (const peer of peers) {
    const milliseconds = await tried(peer);
    if (milliseconds < least) [best, least] = [peer, milliseconds];
  }
  return best;
}

/** Milliseconds of an epoch in a process of its own, so that the memory of a form that is not chosen counts for nobody. */
async function tried(peer: Peer): Promise<number> {
  try {
    const side = await startSide(peer);
    try {
      await side.run({ steps: TRIED_EPOCHS });
      const { milliseconds } = await side.run({ steps: TRIED_EPOCHS });
      progress(`${peer.name}: ${milliseconds.toPrecision(3)} ms when tried`);
      return milliseconds;
    } finally {
      await side.close();
    }
  } catch (error) {
    if (error instanceof MissingError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** The peak memory of our process against the limit. */
function memoryRow(row: string, rows: readonly Row[], limit: number): Row {
  const ours = rows.filter((each) => each.row.endsWith('peak memory')).map((each) => each.ours);
  return limitRow({ row: `${row}: peak memory`, peer: 'limit', unit: 'MB', goal: 1 }, limit, [Math.max(...ours)]);
}
