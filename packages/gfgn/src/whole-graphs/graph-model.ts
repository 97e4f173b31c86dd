import { InputError } from '@unbraid/checks';
import { stagesOf } from '../batches/stages.ts';
import type { AnyNodeLayer, NodeStage } from '../layers/node-layer.ts';
import type { ModelName, ModelSettings, NodeModel } from '../models.ts';
import { graphParams } from './readout.ts';

/** Models by name that are bound to a graph, and so can't learn from batches of several. */
const ofOneGraph: Partial<Record<ModelName | 'network', string>> = {
  linkx: 'has parameters of each node of one graph',
  h2gcn: 'reads the neighbourhoods of one whole graph',
};

/** @throws {InputError} `setting`, for a model by name that is bound to one graph */
export function checkAnyGraph(model: ModelSettings['model']): void {
  const why = ofOneGraph[model];
  if (why) throw new InputError('setting', `gfgn: fitGraphs can't train ${model}, which ${why}; choose another model`);
}

/**
 * Parameters and stages of a whole model of graphs.
 * @param nodes gives `settings.classes` numbers for a node
 * @param outputs for a graph
 */
export function wholeOf(nodes: NodeModel, outputs: number) {
  const params = graphParams(nodes.params, nodes.settings.classes, outputs);
  const stages = stagesOf(nodes, 1).map(
    (stage): NodeStage => ({
      ...stage,
      apply: (all, x, context) => stage.apply((all as { readonly nodes: never }).nodes, x, context),
    }),
  );
  return { params: params as unknown as AnyNodeLayer['params'], stages };
}
