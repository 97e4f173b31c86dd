import { checkFiniteValues, InputError } from '@unbraid/checks';
import { blockIn, layoutOf, type Runtime, withScope } from '@unbraid/graph';
import { defaultRuntime, type Matrix } from '@unbraid/nn';
import { checkParams } from './fit/check-params.ts';
import { featuresIn } from './fit/features-in.ts';
import type { TrainedModel } from './fit/fit.ts';
import { measure } from './fit/measure.ts';
import { compileLogits } from './fit/programs.ts';
import { createModel } from './models.ts';
import { checkGraph, checkNodes, type NodeGraph } from './node-graph.ts';

/**
 * The logits of all nodes of a graph, that of the training or another one with the same features.
 * @throws {InputError} for a graph or parameters that don't fit, features of another width than the model was trained on, and outputs that are not finite
 */
export async function predict(
  { settings, params }: TrainedModel,
  graph: NodeGraph,
  runtime?: Runtime,
): Promise<Matrix> {
  checkGraph(graph);
  checkFits(settings.inputs, graph);
  const model = createModel(settings);
  checkParams(model.params, params);
  const engine = runtime ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const memory = blockIn(scope, engine.arena.alloc('float32', layoutOf(model.params).size));
    memory.data.set(params);
    const x = featuresIn(scope, engine, graph.features);
    const run = await compileLogits(scope, engine, model, graph, { params: memory, x });
    await run.run();
    const data = run.outputs.logits.float32.slice();
    const place = (i: number) => `class ${i % settings.classes} of node ${Math.floor(i / settings.classes)}`;
    checkFiniteValues('gfgn: the outputs', data, 'float32 ends at 3.4e38: scale features down', place);
    return { data, rows: graph.adjacency.rows, cols: settings.classes };
  });
}

/**
 * The part of `nodes` whose class is right, from 0 to 1.
 * @throws {InputError} as `predict`, for no nodes, and for nodes that are not there or have no label
 */
export async function score(
  model: TrainedModel,
  graph: NodeGraph,
  nodes: Int32Array,
  runtime?: Runtime,
): Promise<number> {
  checkGraph(graph);
  checkNodes('nodes', graph, nodes);
  if (nodes.length === 0) throw new InputError('data', 'gfgn: nodes is empty; there is nothing to score');
  const { data, cols } = await predict(model, graph, runtime);
  return measure(data, graph.labels, cols, nodes).accuracy;
}

export function checkFits(inputs: number, { features }: NodeGraph): void {
  if (features.cols !== inputs)
    throw new InputError('data', `gfgn: the model was trained on ${inputs} features, the graph has ${features.cols}`);
}
