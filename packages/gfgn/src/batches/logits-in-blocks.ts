import { InputError } from '@unbraid/checks';
import { createWorkspace, type Runtime, type TensorSpec, withScope } from '@unbraid/graph';
import { edgesInOrder } from '../graphs/edge-rows.ts';
import type { NodeModel } from '../models.ts';
import type { TaskGraph } from '../node-graph.ts';
import { structureOf } from '../structure.ts';
import { blockEvaluator } from './blocks.ts';
import { stagesOf } from './stages.ts';

/**
 * What a model gives for all nodes of a graph, [nodes, outputs], some at a time, so that memory is that of what one stage makes of all nodes and of a block.
 * @throws {InputError} `setting`, for a model of which a node's output follows from nodes that it doesn't hear of, or that doesn't say
 */
export function logitsInBlocks(
  model: NodeModel,
  params: Float32Array,
  graph: TaskGraph,
  { runtime, nodesAtOnce }: { readonly runtime: Runtime; readonly nodesAtOnce: number },
): Promise<Float32Array> {
  const stages = stagesOf(model, 1);
  if (stages.some(({ isGlobal }) => isGlobal))
    throw new InputError(
      'setting',
      `gfgn: predict: nodesAtOnce is for models whose nodes follow from those around them, and ${nameOf(model)} takes all nodes at once; leave it out`,
    );
  const structure = structureOf(graph.adjacency, graph);
  return withScope(async (scope) => {
    const blocks = blockEvaluator(scope, runtime, {
      ...{ stages, structure, nodesAtOnce, params: { data: params }, specs: model.params as TensorSpec },
      ...{ features: graph.features, edges: edgesInOrder(graph.edgeFeatures, structure) },
      workspace: scope.own(createWorkspace(runtime.arena)),
    });
    const all = Int32Array.from({ length: structure.nodes }, (_, node) => node);
    return (await blocks.outputs(all)).slice();
  });
}

const nameOf = ({ settings: { model } }: NodeModel): string => (model === 'network' ? 'this network' : model);
