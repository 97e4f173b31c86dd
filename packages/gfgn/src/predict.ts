import { checkFiniteValues, checkSettings, having, InputError, largestColumns } from '@unbraid/checks';
import { blockIn, inOpenScope, layoutOf, type Runtime, useKept } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import type { Matrix } from '@unbraid/nn';
import { object } from 'zod';
import { checkParams } from './fit/check-params.ts';
import { featuresIn } from './fit/features-in.ts';
import type { TrainedModel } from './fit/fit.ts';
import { measure } from './fit/measure.ts';
import { compileLogits } from './fit/programs.ts';
import type { NodeModel } from './models.ts';
import { modelOf } from './network-model.ts';
import { graphOf, type NodeGraph, type NodeGraphLike, nodesOf } from './node-graph.ts';

/** What use of a trained model takes. */
export interface UseOptions {
  /** What runs the graphs; by default `defaultRuntime()` of `@unbraid/graph/runtime`. */
  readonly runtime?: Runtime | undefined;
}

const settings = object({
  runtime: having<Runtime>('a runtime, as nodeRuntime makes it,', 'arena', 'kernels').optional(),
});

/** @throws {InputError} for options that are unknown, or of the wrong type */
export const useOptions = (who: string, options: UseOptions): UseOptions => checkSettings(who, settings, options);

/**
 * The logits of all nodes of a graph, nodes × classes: of the graph of the training or another one with the same features. The session for a graph is kept
 * with the trained model for its next call, unless it is large.
 * @throws {InputError} for a graph or parameters that don't fit, features of another width than the model was trained on, and outputs that are not finite
 */
export async function predict(trained: TrainedModel, given: NodeGraphLike, options: UseOptions = {}): Promise<Matrix> {
  const { runtime } = useOptions('gfgn: predict', options);
  const { settings: facts, params } = trained;
  const graph = graphOf(given, facts);
  checkFits(facts.inputs, graph);
  const model = modelOf(trained);
  checkParams(model.params, params);
  const data = await logitsOf(trained, model, graph, runtime);
  const place = (i: number) => `class ${i % facts.classes} of node ${Math.floor(i / facts.classes)}`;
  checkFiniteValues('gfgn: the outputs', data, 'float32 ends at 3.4e38: scale features down', place);
  return { data, rows: graph.adjacency.rows, cols: facts.classes };
}

/**
 * The class of each node: its number, or its name where the model was trained on names.
 * @throws {InputError} as `predict`
 */
export async function classify(
  trained: TrainedModel,
  graph: NodeGraphLike,
  options: UseOptions = {},
): Promise<Int32Array | string[]> {
  const classes = largestColumns(await predict(trained, graph, options));
  const { names } = trained.settings;
  return names ? Array.from(classes, (at) => names[at]!) : classes;
}

/**
 * The part of `nodes` whose class is right, from 0 to 1.
 * @throws {InputError} as `predict`, for no nodes, and for nodes that are not there or have no label
 */
export async function score(
  trained: TrainedModel,
  given: NodeGraphLike,
  nodes: ArrayLike<number>,
  options: UseOptions = {},
): Promise<number> {
  const graph = graphOf(given, trained.settings);
  const numbers = nodesOf('nodes', graph, nodes);
  if (numbers.length === 0) throw new InputError('data', 'gfgn: nodes is empty; there is nothing to score');
  const { data, cols } = await predict(trained, graph, options);
  return measure(data, graph.labels, cols, numbers).accuracy;
}

/** @throws {InputError} unless features have the width that a model takes */
export function checkFits(inputs: number, { features }: NodeGraph): void {
  if (features.cols !== inputs)
    throw new InputError('data', `gfgn: the model was trained on ${inputs} features, the graph has ${features.cols}`);
}

/** Sessions of larger graphs take memory, and their making is a small part of their work. */
const KEPT_ENTRIES = 2 ** 20;

async function logitsOf(
  trained: TrainedModel,
  model: NodeModel,
  graph: NodeGraph,
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
  const { adjacency, features } = graph;
  const entries = adjacency.columns.length + ('starts' in features ? features.columns.length : features.data.length);
  if (entries <= KEPT_ENTRIES) {
    const shape = 'starts' in features ? `features ${numberOf(features)}` : `${features.rows} × ${features.cols}`;
    const key = `gfgn logits of graph ${numberOf(adjacency)}, ${shape}`;
    return useKept({ owner: trained, key, runtime, make }, use);
  }
  const opened = await make();
  try {
    return await use(opened);
  } finally {
    await opened.release();
  }
}

const openLogits = (model: NodeModel, graph: NodeGraph, runtime: Runtime) =>
  inOpenScope(async (scope) => {
    const memory = blockIn(scope, runtime.arena.alloc('float32', layoutOf(model.params).size));
    const x = featuresIn(scope, runtime, graph.features);
    const run = await compileLogits(scope, runtime, model, graph, { params: memory, x });
    return { memory, x, run, release: scope.release };
  });

const numbers = new WeakMap<object, number>();
let count = 0;

/** Tells matrices apart. */
function numberOf(matrix: object): number {
  const number = numbers.get(matrix) ?? count++;
  numbers.set(matrix, number);
  return number;
}
