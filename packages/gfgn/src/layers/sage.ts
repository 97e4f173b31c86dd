import { add, matmul } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { neighborMax } from '../operators/segment-max.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkOneOf, denseOf, weightOf } from './linear.ts';
import { affine, type LinearParams } from './node-dense.ts';
import { type NodeLayer, times } from './node-layer.ts';

/** What `sageLayer` may be told. */
export interface SageOptions {
  /** What neighbours come to: their mean, by the weights of edges, or the largest of each feature, which takes dense features. Default `mean`. */
  readonly aggregate?: 'mean' | 'max';
}

/** Parameters of `sageLayer`: weight of the neighbours and bias, and the weight of a node's own features. */
export type SageParams = LinearParams & { readonly own: ParamSpec };

/**
 * X W_own + aggregate(X) W + b (Hamilton et al. 2017, algorithm 1, with the concatenation's weight in two parts; PyG's `SAGEConv` with its `root_weight`). A
 * node is not among its own neighbours; without any they are zeros.
 */
export function sageLayer(
  inputs: number,
  outputs: number,
  { aggregate = 'mean' }: SageOptions = {},
): NodeLayer<SageParams> {
  checkOneOf("sageLayer's aggregate", aggregate, ['mean', 'max']);
  const layer: NodeLayer<SageParams> = {
    ...{ name: `sageLayer ${aggregate} ${inputs} → ${outputs}`, inputs, outputs },
    hops: 1,
    params: { ...affine(inputs, outputs), own: weightOf(inputs, outputs).weight },
    apply({ weight, bias, own }, x, { structure }) {
      const heard =
        aggregate === 'max'
          ? matmul(neighborMax(structure.open, denseOf(x)), weight)
          : sparseMatmul(structure.mean, times(x, weight));
      return add(add(times(x, own), heard), bias);
    },
  };
  return described(layer, 'sageLayer', { inputs, outputs, aggregate });
}
