import { add, mul, type Tensor } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { checkRate } from '../compose/dropout.ts';
import { edgeDots, edgeSum } from '../operators/edge-products.ts';
import { segmentSoftmax } from '../operators/segment-softmax.ts';
import { segmentSum, toEntries } from '../operators/segment-sum.ts';
import { edgeFeaturesOf } from './edge-features.ts';
import { headSums, spreadHeads } from './heads.ts';
import { checkWhole, weightOf } from './linear.ts';
import { affine, type LinearParams } from './node-dense.ts';
import { dropped, type NodeLayer, times } from './node-layer.ts';

/** What `graphTransformerLayer` may be told. */
export interface GraphTransformerOptions {
  /** Part of the attention that dropout sets to zero in training. Default 0. */
  readonly dropout?: number;
  /** Width of the features of edges that keys and values depend on, too. Default 0: they don't. */
  readonly edgeFeatures?: number;
}

/** Parameters of `graphTransformerLayer`: four linear maps, and the weight of edges' features, [features, heads · width]. */
export type GraphTransformerParams = {
  readonly query: LinearParams;
  readonly key: LinearParams;
  readonly value: LinearParams;
  readonly skip: LinearParams;
  readonly edge?: ParamSpec;
};

/**
 * Attention of a transformer over a node's neighbours (Shi et al. 2021, arXiv 2009.03509, equations 3 and 4; PyG's `TransformerConv`): in each of `heads`
 * α_ij = softmax_j(q_i · (k_j + e_ij) / √width), and X W_skip + b + Σ_j α_ij (v_j + e_ij), heads of `width` outputs side by side. A node is not among its own
 * neighbours: W_skip sees it.
 * @throws {InputError} for settings out of range
 */
export function graphTransformerLayer(
  inputs: number,
  width: number,
  heads: number,
  { dropout = 0, edgeFeatures = 0 }: GraphTransformerOptions = {},
): NodeLayer<GraphTransformerParams> {
  checkWhole("graphTransformerLayer's heads", heads);
  checkRate("graphTransformerLayer's attention", dropout);
  if (edgeFeatures !== 0) checkWhole("graphTransformerLayer's edgeFeatures", edgeFeatures);
  const outputs = heads * width;
  const map = () => affine(inputs, outputs);
  const layer: NodeLayer<GraphTransformerParams> = {
    ...{ name: `graphTransformerLayer ${inputs} → ${heads} × ${width}`, inputs, outputs },
    hops: 1,
    params: {
      ...{ query: map(), key: map(), value: map(), skip: map() },
      ...(edgeFeatures > 0 && { edge: weightOf(edgeFeatures, outputs).weight }),
    },
    apply({ query, key, value, skip, edge }, x, context) {
      const of = ({ weight, bias }: { readonly weight: Tensor; readonly bias: Tensor }) => add(times(x, weight), bias);
      const { open } = context.structure;
      if (open.columns.length === 0) return of(skip);
      const [q, v] = [mul(of(query), 1 / Math.sqrt(width)), of(value)];
      const along = edge && times(edgeFeaturesOf('graphTransformerLayer', context, edgeFeatures), edge);
      const ends = edgeDots(open, q, of(key), heads);
      const score = along ? add(ends, headSums(mul(toEntries(open, q), along), heads)) : ends;
      const shares = dropped(segmentSoftmax(open, score), dropout, context) as Tensor;
      const heard = edgeSum(open, shares, v);
      const all = along ? add(heard, segmentSum(open, mul(spreadHeads(shares, width), along))) : heard;
      return add(all, of(skip));
    },
  };
  return described(layer, 'graphTransformerLayer', { inputs, outputs: width, heads, dropout, edgeFeatures });
}
