import { InputError, showValue } from '@unbraid/checks';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { denseOf } from '../layers/linear.ts';
import type { NodeLayer } from '../layers/node-layer.ts';
import { described } from './described.ts';
import { modelWidths } from './model-widths.ts';

/**
 * A layer or model of `@unbraid/nn` applied to each node by itself, a row of its batch: `eachNode(layerNorm({ features: 64 }))`,
 * `eachNode(activation('gelu'))`. Features must be dense.
 * @throws {InputError} `setting`, for what is no model
 */
export function eachNode<M extends AnyModel>(model: M): NodeLayer<M['params']> {
  if (typeof model?.apply !== 'function' || typeof model.params !== 'object')
    throw new InputError(
      'setting',
      `gfgn: eachNode is given ${showValue(model)}; a layer or model of @unbraid/nn is needed`,
    );
  const layer: NodeLayer<never> = {
    name: model.name ?? 'eachNode',
    ...modelWidths(model),
    hops: 0,
    params: model.params as never,
    apply: (params, x, { mode }) => applyModel(model, params, denseOf(x), mode),
  };
  return described(layer, 'eachNode', { model }) as unknown as NodeLayer<M['params']>;
}
