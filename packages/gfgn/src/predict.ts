import {
  checkFiniteValues,
  checkSettings,
  classesOfOutputs,
  count,
  having,
  InputError,
  largestColumns,
} from '@unbraid/checks';
import { blockIn, inOpenScope, layoutOf, type Runtime, useKept } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import type { Matrix } from '@unbraid/nn';
import { object } from 'zod';
import { logitsInBlocks } from './batches/logits-in-blocks.ts';
import { checkParams } from './fit/check-params.ts';
import { featuresIn } from './fit/features-in.ts';
import type { TrainedModel } from './fit/options.ts';
import { compileLogits } from './fit/programs.ts';
import type { NodeModel } from './models.ts';
import { modelOf } from './network-model.ts';
import { graphOf, type NodeGraph, type NodeGraphLike, nodesOf, type TaskGraph, untold } from './node-graph.ts';
import { measure } from './tasks/measure.ts';
import { unscale } from './tasks/scale.ts';
import type { TaskFacts } from './tasks/task.ts';

/** What use of a trained model takes. */
export interface UseOptions {
  /** What runs the graphs; by default `defaultRuntime()` of `@unbraid/graph/runtime`. */
  readonly runtime?: Runtime | undefined;
}

/** What predictions of nodes take. */
export interface PredictOptions extends UseOptions {
  /**
   * About how many nodes are worked on at once, those around the ones at hand among them, for graphs beyond memory: 8192 is a good number. Layer after layer is then made
   * of all nodes in blocks, with numbers that are the same to float32's last digits. By default all nodes are worked on at once.
   */
  readonly nodesAtOnce?: number | undefined;
}

const settings = {
  runtime: having<Runtime>('a runtime, as nodeRuntime makes it,', 'arena', 'kernels').optional(),
};

/** @throws {InputError} for options that are unknown, or of the wrong type */
export const useOptions = (who: string, options: UseOptions): UseOptions =>
  checkSettings(who, object(settings), options);

const predictSettings = object({ ...settings, nodesAtOnce: count().optional() });

/** What a model was trained to tell. */
export const taskOf = ({ task, settings }: Pick<TrainedModel, 'task' | 'settings'>): TaskFacts =>
  task ?? { name: 'classification', outputs: settings.classes, names: settings.names };

/**
 * What a model gives for all nodes of a graph, nodes × outputs: logits of classes, one of two classes, or of each label; or quantities in their own units. The
 * graph is that of the training or another one with the same features. The session for a graph is kept with the trained model for its next call, unless it
 * is large.
 * @throws {InputError} for a graph or parameters that don't fit, features of another width than the model was trained on, outputs that are not finite, and
 * `setting` for `nodesAtOnce` of a model that takes all nodes at once
 */
export async function predict(
  trained: TrainedModel,
  given: NodeGraphLike,
  options: PredictOptions = {},
): Promise<Matrix> {
  const task = taskOf(trained);
  return outputsFor(trained, graphOf(untold(given), task.name, task), options);
}

async function outputsFor(trained: TrainedModel, graph: TaskGraph, options: PredictOptions): Promise<Matrix> {
  const { runtime, nodesAtOnce } = checkSettings('gfgn: predict', predictSettings, options);
  const { settings, params } = trained;
  const task = taskOf(trained);
  checkFits(settings.inputs, graph);
  const model = modelOf(trained);
  checkParams(model.params, params);
  const logits =
    nodesAtOnce === undefined
      ? await logitsOf(trained, model, graph, runtime)
      : await logitsInBlocks(model, params, graph, { runtime: runtime ?? (await defaultRuntime()), nodesAtOnce });
  const data = unscale(logits, task);
  return finiteOutputs({ data, rows: graph.adjacency.rows, cols: task.outputs }, 'node');
}

/** Outputs as they are. @param name what rows are @throws {InputError} for some that are not finite */
export function finiteOutputs(outputs: Matrix, name: string): Matrix {
  const { data, cols } = outputs;
  const place = (i: number) => `class ${i % cols} of ${name} ${Math.floor(i / cols)}`;
  checkFiniteValues('gfgn: the outputs', data, 'float32 ends at 3.4e38: scale features down', place);
  return outputs;
}

/**
 * The class of each node: its number, or its name where the model was trained on names.
 * @throws {InputError} as `predict`, and `setting` for a model of several labels or of quantities
 */
export async function classify(
  trained: TrainedModel,
  graph: NodeGraphLike,
  options: PredictOptions = {},
): Promise<Int32Array | string[]> {
  const { name, names } = taskOf(trained);
  checkClasses(name);
  const classes = (name === 'binary' ? classesOfOutputs : largestColumns)(await predict(trained, graph, options));
  return names ? Array.from(classes, (at) => names[at]!) : classes;
}

/** @throws {InputError} for a task that has no single class */
export function checkClasses(name: TaskFacts['name']): void {
  if (name === 'classification' || name === 'binary') return;
  const instead =
    name === 'multilabel' ? 'predict gives a logit for each label, above 0 where it is there' : 'use predict';
  throw new InputError(
    'setting',
    `gfgn: classify is for one class of several, the model was trained for ${name}; ${instead}`,
  );
}

/**
 * How good a model is on `nodes`: the part whose class is right, from 0 to 1; of two classes and of several labels ROC AUC; of quantities R².
 * @throws {InputError} as `predict`, for no nodes, and for nodes that are not there or have no label
 */
export async function score(
  trained: TrainedModel,
  given: NodeGraphLike,
  nodes: ArrayLike<number>,
  options: PredictOptions = {},
): Promise<number> {
  const task = taskOf(trained);
  const graph = graphOf(given, task.name, task);
  const numbers = nodesOf('nodes', graph, nodes);
  if (numbers.length === 0) throw new InputError('data', 'gfgn: nodes is empty; there is nothing to score');
  const { data } = await outputsFor(trained, graph, options);
  return measure(data, graph.targets, {}, numbers).score;
}

/** @throws {InputError} unless features have the width that a model takes */
export function checkFits(inputs: number, { features }: Pick<NodeGraph, 'features'>): void {
  if (features.cols !== inputs)
    throw new InputError('data', `gfgn: the model was trained on ${inputs} features, the graph has ${features.cols}`);
}

/** Sessions of larger graphs take memory, and their making is a small part of their work. */
const KEPT_ENTRIES = 2 ** 20;

async function logitsOf(
  trained: TrainedModel,
  model: NodeModel,
  graph: TaskGraph,
  runtime: Runtime | undefined,
): Promise<Float32Array> {
  const { params } = trained;
  const make = async () => openLogits(model, graph, runtime ?? (await defaultRuntime()));
  type Opened = Awaited<ReturnType<typeof make>>;
  const use = async ({ memory, x, run }: Opened) => {
    memory.data.set(params);
    if (x && 'data' in graph.features) x.data.set(graph.features.data);
    await run.run();
    return run.outputs.logits.float32.slice();
  };
  const { adjacency, features, edgeFeatures, directed, selfLoops } = graph;
  const entries = adjacency.columns.length + ('starts' in features ? features.columns.length : features.data.length);
  if (entries <= KEPT_ENTRIES) {
    const shape = 'starts' in features ? `features ${numberOf(features)}` : `${features.rows} × ${features.cols}`;
    const edges = edgeFeatures ? numberOf(edgeFeatures) : 'none';
    const key = `gfgn logits of graph ${numberOf(adjacency)} ${directed} ${selfLoops}, edges ${edges}, ${shape}`;
    return useKept({ owner: trained, key, runtime, make }, use);
  }
  const opened = await make();
  try {
    return await use(opened);
  } finally {
    await opened.release();
  }
}

const openLogits = (model: NodeModel, graph: TaskGraph, runtime: Runtime) =>
  inOpenScope(async (scope) => {
    const memory = blockIn(scope, runtime.arena.alloc('float32', layoutOf(model.params).size));
    const x = featuresIn(scope, runtime, graph.features);
    const run = await compileLogits(scope, runtime, model, graph, { params: memory, x });
    return { memory, x, run, release: scope.release };
  });

const numbers = new WeakMap<object, number>();
let known = 0;

/** Tells matrices apart. */
function numberOf(matrix: object): number {
  const number = numbers.get(matrix) ?? known++;
  numbers.set(matrix, number);
  return number;
}
