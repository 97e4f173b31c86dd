import { readSafetensors, requireTensor, type SafeTensor, type Safetensors, writeSafetensors } from '@unbraid/data';
import { createModel, type FitOptions, type NodeGraph } from '@unbraid/gfgn';
import { layoutOf } from '@unbraid/graph';
import { type Csr, createCsr, createRandom } from '@unbraid/kernels';
import { type AnyModel, initialize } from '@unbraid/nn';
import type { Binding } from '../own-binding.ts';

/** Training of a node classifier, all nodes in each epoch, as every side makes it. */
export interface GfgnTask extends Required<Pick<FitOptions, 'hidden' | 'limit' | 'learningRate' | 'weightDecay'>> {
  /** A safetensors file as `writeGfgnTask` makes it. */
  readonly file: string;
  readonly model: 'gcn' | 'gat' | 'gatSep' | 'gfgnPair' | 'sage' | 'graphTransformer';
  readonly classes: number;
  /** In the epochs that are timed. */
  readonly dropout: number;
  /** Epochs without dropout whose losses are reported. */
  readonly checkedEpochs: number;
  readonly threads: number;
  /** Our side's, for its own kernels; by default what a user gets. */
  readonly kernelThreads?: number;
  /** Our side's. */
  readonly binding?: Binding;
}

/** A graph, and the nodes whose labels it is trained on. */
export interface TrainingGraph {
  readonly graph: NodeGraph;
  readonly train: Int32Array;
}

const F32 = (shape: readonly number[], data: Float32Array): SafeTensor => ({ dtype: 'F32', shape, data });
const I32 = (data: Int32Array): SafeTensor => ({ dtype: 'I32', shape: [data.length], data });

const modelOf = (
  { model, classes, hidden, limit, dropout }: Pick<GfgnTask, 'model' | 'classes' | 'hidden' | 'limit' | 'dropout'>,
  inputs: number,
) => createModel({ model, classes, hidden, limit, dropout, inputs });

/**
 * Writes edges as rows of neighbours, `starts` and `columns`; features as `x`, or where they are sparse as `x.starts`, `x.columns`, `x.values` and
 * `x.size`; `labels`, `train`, and drawn weights `params.PATH`. The same seed gives the same weights.
 */
export async function writeGfgnTask(
  { file, ...task }: Omit<GfgnTask, 'checkedEpochs' | 'threads' | 'kernelThreads'>,
  { graph, train }: TrainingGraph,
  seed: number,
): Promise<void> {
  const { adjacency, features, labels } = graph;
  const model = modelOf(task, features.cols);
  const params = initialize(model as unknown as AnyModel, createRandom(seed).split('weights'));
  const weights = layoutOf(model.params, 'params').leaves.map(({ path, shape, offset, size }) => {
    return [`params.${path}`, F32(shape, params.slice(offset, offset + size))] as const;
  });
  await writeSafetensors(file, {
    starts: I32(adjacency.starts),
    columns: I32(adjacency.columns),
    ...featureTensors(features),
    labels: I32(labels),
    train: I32(train),
    ...Object.fromEntries(weights),
  });
}

function featureTensors(features: NodeGraph['features']): Record<string, SafeTensor> {
  const { rows, cols } = features;
  if ('data' in features) return { x: F32([rows, cols], features.data) };
  return {
    'x.starts': I32(features.starts),
    'x.columns': I32(features.columns),
    'x.values': F32([features.values.length], features.values),
    'x.size': I32(Int32Array.of(rows, cols)),
  };
}

/** What `writeGfgnTask` wrote, with the weights flat. */
export async function readGfgnTask(task: GfgnTask): Promise<TrainingGraph & { readonly params: Float32Array }> {
  const content = await readSafetensors(task.file);
  const features = featuresOf(content);
  const { size, leaves } = layoutOf(modelOf(task, features.cols).params, 'params');
  const params = new Float32Array(size);
  for (const { path, offset } of leaves) params.set(requireTensor(content, `params.${path}`, 'F32').data, offset);
  const { data: labels } = requireTensor(content, 'labels', 'I32');
  const adjacency = rowsOf(content, '', [labels.length, labels.length]);
  const { data: train } = requireTensor(content, 'train', 'I32');
  return { graph: { adjacency, features, labels, classes: task.classes }, train, params };
}

function featuresOf(content: Safetensors): NodeGraph['features'] {
  if (!('x' in content.tensors)) {
    const [rows = 0, cols = 0] = requireTensor(content, 'x.size', 'I32').data;
    return rowsOf(content, 'x.', [rows, cols], requireTensor(content, 'x.values', 'F32').data);
  }
  const { data, shape } = requireTensor(content, 'x', 'F32');
  return { data, rows: shape[0]!, cols: shape[1]! };
}

/** A sparse matrix, of ones where no values are given. */
function rowsOf(content: Safetensors, prefix: string, [rows, cols]: [number, number], values?: Float32Array): Csr {
  const [starts, columns] = ['starts', 'columns'].map((name) => requireTensor(content, prefix + name, 'I32').data) as [
    Int32Array,
    Int32Array,
  ];
  return createCsr({ rows, cols, starts, columns, values: values ?? new Float32Array(columns.length).fill(1) });
}
