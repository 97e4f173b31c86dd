import { blockIn, layoutOf, type Runtime, withScope } from '@unbraid/graph';
import { defaultRuntime, type Matrix } from '@unbraid/nn';
import { featuresIn } from './fit/features-in.ts';
import type { TrainedModel } from './fit/fit.ts';
import { measure } from './fit/measure.ts';
import { compileLogits } from './fit/programs.ts';
import { createModel } from './models.ts';
import { checkGraph, type NodeGraph } from './node-graph.ts';

/**
 * The logits of all nodes of a graph, that of the training or another one with the same features.
 * @throws {RangeError} for features of another width than the model was trained on
 */
export async function predict(
  { settings, params }: TrainedModel,
  graph: NodeGraph,
  runtime?: Runtime,
): Promise<Matrix> {
  checkGraph(graph);
  checkFits(settings.inputs, graph);
  const model = createModel(settings);
  const engine = runtime ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const memory = blockIn(scope, engine.arena.alloc('float32', layoutOf(model.params).size));
    memory.data.set(params);
    const x = featuresIn(scope, engine, graph.features);
    const run = await compileLogits(scope, engine, model, graph, { params: memory, x });
    await run.run();
    return { data: run.outputs.logits.float32.slice(), rows: graph.adjacency.rows, cols: settings.classes };
  });
}

/** The part of `nodes` whose class is right, from 0 to 1. @throws {RangeError} as `predict` */
export async function score(
  model: TrainedModel,
  graph: NodeGraph,
  nodes: Int32Array,
  runtime?: Runtime,
): Promise<number> {
  const { data, cols } = await predict(model, graph, runtime);
  return measure(data, graph.labels, cols, nodes).accuracy;
}

export function checkFits(inputs: number, { features }: NodeGraph): void {
  if (features.cols !== inputs)
    throw new RangeError(`gfgn: the model was trained on ${inputs} features, the graph has ${features.cols}`);
}
