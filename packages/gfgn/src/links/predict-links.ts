import { checkFiniteValues } from '@unbraid/checks';
import { createWorkspace, type TensorSpec, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { checkParams } from '../fit/check-params.ts';
import { featuresIn } from '../fit/features-in.ts';
import { edgesInOrder } from '../graphs/edge-rows.ts';
import { modelOf } from '../network-model.ts';
import { graphOf, type NodeGraphLike } from '../node-graph.ts';
import { checkFits, type UseOptions, useOptions } from '../predict.ts';
import { structureOf } from '../structure.ts';
import { linkTree, type TrainedLinkModel } from './fit-links.ts';
import { linkEvaluator } from './link-programs.ts';
import { type PairsLike, pairsOf } from './pairs.ts';

/**
 * The logits of edges between pairs of nodes, above 0 where an edge is likelier than not among as many pairs with as without one: a number for each pair.
 * @param graph with the edges along which nodes hear of each other
 * @throws {InputError} for a graph, pairs or parameters that don't fit the model, and outputs that are not finite
 */
export async function predictLinks(
  trained: TrainedLinkModel,
  graph: Pick<NodeGraphLike, 'adjacency' | 'features' | 'edgeFeatures'>,
  pairs: PairsLike,
  options: UseOptions = {},
): Promise<Float32Array> {
  const { runtime = await defaultRuntime() } = useOptions('gfgn: predictLinks', options);
  const { adjacency, features, edgeFeatures } = graphOf(graph);
  checkFits(trained.settings.inputs, { features });
  const checked = pairsOf('pairs', pairs, adjacency.rows);
  const { score, params } = trained;
  const nodes = modelOf(trained);
  const tree = linkTree(nodes, score);
  checkParams(tree, params);
  return withScope(async (scope) => {
    const structure = structureOf(adjacency);
    const edges = edgesInOrder(edgeFeatures, structure);
    const model = { nodes, score, specs: tree as TensorSpec, structure, features, edges };
    const memory = { params: { data: params }, x: featuresIn(scope, runtime, features) };
    const workspace = scope.own(createWorkspace(runtime.arena));
    const evaluate = await linkEvaluator(scope, runtime, model, checked.from.length, { ...memory, workspace });
    const logits = await evaluate(checked);
    checkFiniteValues('gfgn: the logits', logits, 'float32 ends at 3.4e38: scale features down', (i) => `pair ${i}`);
    return logits;
  });
}
