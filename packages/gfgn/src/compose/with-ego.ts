import { concat } from '@unbraid/graph';
import { denseOf } from '../layers/linear.ts';
import { type AnyNodeLayer, applyLayer, type NodeLayer } from '../layers/node-layer.ts';
import { described } from './described.ts';
import { hearingOf } from './hearing.ts';
import { checkLayer, outputsOf, widths } from './widths.ts';

/**
 * A node's own features beside what a layer makes of all of them, [x, layer(x)]: the separation of ego and neighbours of Zhu et al. 2020, arXiv 2006.11468,
 * design D1. Features must be dense.
 * @throws {InputError} `setting`, for what is no layer
 */
export function withEgo<L extends AnyNodeLayer>(layer: L): NodeLayer<L['params']> {
  checkLayer("withEgo's layer", layer);
  const { inputs } = layer;
  const outputs = outputsOf(layer);
  const both: NodeLayer<never> = {
    name: `withEgo ${layer.name ?? 'layer'}`,
    ...widths(inputs, inputs === undefined || outputs === undefined ? undefined : inputs + outputs, false),
    ...hearingOf([layer]),
    params: layer.params as never,
    apply: (params, x, context) => concat([denseOf(x), denseOf(applyLayer(layer, params, x, context))], 1),
  };
  return described(both, 'withEgo', { layer }) as unknown as NodeLayer<L['params']>;
}
