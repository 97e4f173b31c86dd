import { join } from 'node:path';
import { type GraphName, loadGraph, rowNormalized } from '@unbraid/data';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { type Candidates, hold, type Peer } from '../contest.ts';
import { OWN_BINDING, ownBinding } from '../own-binding.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { progress } from '../progress.ts';
import { limitRow, type Row } from '../row.ts';
import { THREADS } from '../side.ts';
import { type GfgnTask, type TrainingGraph, writeGfgnTask } from '../tasks/gfgn.ts';
import { randomGraph } from '../tasks/random-graph.ts';
import { checkLosses } from './graph.ts';

/** Epochs of GCN, GAT, GAT-sep, GFGN-pair, SAGE and a graph transformer on four graphs. */
export const gfgn: Benchmark = {
  name: 'gfgn',
  about:
    'epochs of GCN, GAT, GAT-sep, GFGN-pair, SAGE and a graph transformer on Cora, a graph of 20,000 nodes, BlogCatalog and a graph of 170,000 nodes against PyTorch Geometric',
  async run(options) {
    const rows: Row[] = [];
    for (const work of WORKS) rows.push(...(await training(work, options)));
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
  /** For our own kernels. Default as many as every side has. */
  readonly kernelThreads?: number;
  /** Ratios to reach. */
  readonly goals?: { readonly [M in Model]?: { readonly time: number; readonly memory?: number } };
  /** What we may take in all. */
  readonly limitMegabytes?: number;
}

const SEED = 1;
const RANDOM_GRAPH = { nodes: 170_000, edges: 1_200_000, features: 128, classes: 40, trained: 90_000 };

const WORKS: readonly Work[] = [
  {
    name: 'Cora',
    graph: () => read('cora'),
    hidden: 16,
    models: ['gcn', 'gat', 'gatSep', 'gfgnPair', 'sage', 'graphTransformer'],
  },
  {
    name: '20,000 nodes, 200,000 edges',
    graph: async () => randomGraph({ nodes: 20_000, edges: 200_000, features: 64, classes: 8, trained: 10_000 }, SEED),
    hidden: 64,
    models: ['gcn', 'gat', 'gatSep', 'gfgnPair', 'sage', 'graphTransformer'],
  },
  {
    name: 'BlogCatalog',
    graph: () => read('blogcatalog'),
    hidden: 64,
    models: ['gcn', 'gat', 'gfgnPair'],
    goals: { gcn: { time: 2 }, gfgnPair: { time: 5, memory: 10 } },
  },
  {
    name: 'BlogCatalog, our kernels on one thread',
    graph: () => read('blogcatalog'),
    hidden: 64,
    models: ['gcn', 'gfgnPair'],
    kernelThreads: 1,
  },
  {
    name: '170,000 nodes, 1.2 million edges',
    graph: async () => randomGraph(RANDOM_GRAPH, SEED),
    hidden: 64,
    models: ['gcn', 'gfgnPair'],
    goals: { gcn: { time: 3 }, gfgnPair: { time: 8, memory: 4 } },
    limitMegabytes: 6000,
  },
  {
    name: '170,000 nodes, our kernels on one thread',
    graph: async () => randomGraph(RANDOM_GRAPH, SEED),
    hidden: 64,
    models: ['gcn', 'gfgnPair'],
    kernelThreads: 1,
  },
];

const TITLES: Readonly<Record<Model, string>> = {
  gcn: 'GCN',
  gat: 'GAT',
  gatSep: 'GAT-sep',
  gfgnPair: 'GFGN-pair',
  sage: 'SAGE',
  graphTransformer: 'Graph transformer',
};
/** Layers of PyG that take dense features alone. */
const DENSE: readonly Model[] = ['gatSep', 'sage', 'graphTransformer'];
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
  const wanted = work.models.flatMap((model) => {
    const row = `${TITLES[model]}, ${work.name}, epoch`;
    const own = work.kernelThreads === undefined ? [{ name: OWN_BINDING }] : [];
    const forms = options.choice.of(row, [...formsOf(model), ...own]);
    return forms.length > 0 ? [{ model, row, forms }] : [];
  });
  if (wanted.length === 0) return [];
  let data: TrainingGraph;
  try {
    data = await work.graph();
  } catch (error) {
    progress(`${work.name} is left out: ${(error as Error).message}`);
    return [];
  }
  const rows: Row[] = [];
  for (const each of wanted) rows.push(...(await modelRows(each, work, data, options)));
  return rows;
}

/** A row to measure: a model against forms of PyTorch Geometric, or against our side with ONNX Runtime's own binding. */
interface Wanted {
  readonly model: Model;
  readonly row: string;
  readonly forms: readonly (Form | { readonly name: string })[];
}

async function modelRows(
  { model, row, forms }: Wanted,
  { hidden, goals, limitMegabytes, kernelThreads = THREADS }: Work,
  data: TrainingGraph,
  { runs, folder }: BenchmarkOptions,
): Promise<Row[]> {
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
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('gfgn'), task };
  // That binding refuses memory that threads share: the kernels have what threads a user gets with it.
  const { kernelThreads: _, ...ofItsOwn } = task;
  const sparse = !('data' in data.graph.features);
  const peers = forms.map((form) =>
    'layer' in form ? candidates(form, task, { sparse, ...goals?.[model] }) : ownBinding({ ...ours, task: ofItsOwn }),
  );
  const rows = await hold({
    row,
    ours,
    peers,
    runs,
    secondsOfSteps: SECONDS_OF_EPOCHS,
    checkPrepared: checkLosses,
  });
  return limitMegabytes === undefined ? rows : [...rows, memoryRow(row, rows, limitMegabytes)];
}

/** A layer of PyTorch Geometric in one of the forms that it takes edges in. */
interface Form {
  readonly name: string;
  readonly layer: string;
  readonly sparseAdjacency: boolean;
}

function formsOf(model: Model): Form[] {
  const form = (layer: string, sparseAdjacency = false): Form => ({ name: `PyG ${layer}`, layer, sparseAdjacency });
  if (model === 'gat') return [form('GATConv')];
  if (model === 'gatSep') return [form('GATConv beside Linear')];
  if (model === 'gfgnPair') return [form('MessagePassing')];
  if (model === 'sage') return [form('SAGEConv')];
  if (model === 'graphTransformer') return [form('TransformerConv')];
  return [form('GCNConv, edge_index'), form('GCNConv, torch.sparse', true)];
}

/** The peer with dense and, where they are, with sparse features. */
function candidates(
  { name, layer, sparseAdjacency }: Form,
  task: GfgnTask,
  { sparse, time, memory }: { readonly sparse: boolean; readonly time?: number; readonly memory?: number },
): Candidates {
  const form = (sparseFeatures: boolean): Peer => {
    const called = sparse ? `${layer}, ${sparseFeatures ? 'sparse' : 'dense'} features` : layer;
    return {
      name: `PyG ${called}`,
      program: python(),
      script: peerScript('pyg_gfgn.py'),
      goal: time ?? null,
      addedMemoryGoal: memory,
      task: { ...task, sparseAdjacency, sparseFeatures, called },
    };
  };
  const takesSparse = sparse && !DENSE.includes(task.model);
  return { name, triedSteps: TRIED_EPOCHS, forms: takesSparse ? [form(false), form(true)] : [form(false)] };
}

/** The peak memory of our process against the limit. */
function memoryRow(row: string, rows: readonly Row[], limit: number): Row {
  const ours = rows.filter((each) => each.row.endsWith('peak memory')).map((each) => each.ours);
  return limitRow({ row: `${row}: peak memory`, peer: 'limit', unit: 'MB', goal: 1 }, limit, [Math.max(...ours)]);
}
