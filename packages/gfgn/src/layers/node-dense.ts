import { add } from '@unbraid/graph';
import { type ParamSpec, param, zeros } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { weightOf } from './linear.ts';
import { type NodeLayer, times, type Weight } from './node-layer.ts';

/** Parameters of a linear map: weight [inputs, outputs], bias [outputs]. */
export type LinearParams = Weight & { readonly bias: ParamSpec };

/** Those of a layer. @throws {InputError} for widths that are no whole numbers of at least 1 */
export const affine = (inputs: number, outputs: number): LinearParams => ({
  ...weightOf(inputs, outputs),
  bias: param([outputs], zeros),
});

/** X W + b, each node by itself. */
export function nodeDense(inputs: number, outputs: number): NodeLayer<LinearParams> {
  const layer: NodeLayer<LinearParams> = {
    ...{ name: `nodeDense ${inputs} → ${outputs}`, inputs, outputs },
    hops: 0,
    params: affine(inputs, outputs),
    apply: ({ weight, bias }, x) => add(times(x, weight), bias),
  };
  return described(layer, 'nodeDense', { inputs, outputs });
}
