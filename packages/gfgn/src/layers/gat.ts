import { InputError } from '@unbraid/checks';
import { add, maximum, mul, type Tensor } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { checkRate } from '../compose/dropout.ts';
import { attend, SLOPE } from '../operators/attend.ts';
import { edgeSum } from '../operators/edge-products.ts';
import { zerosOf } from '../operators/pattern.ts';
import { segmentSoftmax } from '../operators/segment-softmax.ts';
import { toEntries } from '../operators/segment-sum.ts';
import { edgeFeaturesOf } from './edge-features.ts';
import { headScores, headVectors } from './heads.ts';
import { checkOneOf, checkWhole, weightOf } from './linear.ts';
import { affine, type LinearParams } from './node-dense.ts';
import { type Context, dropped, type NodeLayer, times } from './node-layer.ts';

/** What `gatLayer` may be told. */
export interface GatOptions {
  /**
   * What becomes of a node's own features: `among`, the default, the node is among its own neighbours; `separate`, it is not, and what its own features
   * give by a weight of their own is added (GAT-sep).
   */
  readonly ego?: 'among' | 'separate';
  /** Part of the attention that dropout sets to zero in training. Default 0. */
  readonly dropout?: number;
  /** Width of the features of edges that scores depend on, too; for `ego: 'separate'`, since a node's edge to itself has none. Default 0: they don't. */
  readonly edgeFeatures?: number;
}

/** Parameters of `gatLayer`: those of a linear map, each head's vectors for both ends of an edge, and what options ask for. */
export type GatParams = LinearParams & {
  readonly left: ParamSpec;
  readonly right: ParamSpec;
  /** [inputs, heads · width], with `ego: 'separate'`. */
  readonly own?: ParamSpec;
  /** Of edges' features: [features, heads · width], and each head's vector. */
  readonly edge?: ParamSpec;
  readonly along?: ParamSpec;
};

/**
 * Attention over a node's neighbours and itself (Veličković et al. 2018, equations 3 to 5; PyG's `GATConv`): `heads` of `width` outputs, side by side. The
 * score of an edge is left · h_i + right · h_j, h = X W. With `ego: 'separate'` that of Platonov et al. 2023, arXiv 2302.11640, appendix: neighbours alone are
 * attended to, and X W_own is added; where that follows from a concatenation [h_i, Σ α h_j], both have a weight of their own. With features of edges
 * their part of the score is along · e W_edge, as in PyG.
 * @throws {InputError} for settings out of range
 */
export function gatLayer(
  inputs: number,
  width: number,
  heads: number,
  { ego = 'among', dropout = 0, edgeFeatures = 0 }: GatOptions = {},
): NodeLayer<GatParams> {
  checkWhole("gatLayer's heads", heads);
  checkRate("gatLayer's attention", dropout);
  checkOneOf("gatLayer's ego", ego, ['among', 'separate']);
  if (edgeFeatures !== 0) checkWhole("gatLayer's edgeFeatures", edgeFeatures);
  if (edgeFeatures !== 0 && ego === 'among')
    throw new InputError(
      'setting',
      "gfgn: gatLayer's edgeFeatures take ego: 'separate', since a node's edge to itself has none",
    );
  const outputs = heads * width;
  const layer: NodeLayer<GatParams> = {
    ...{ name: `gatLayer ${inputs} → ${heads} × ${width}`, inputs, outputs },
    hops: 1,
    params: {
      ...affine(inputs, outputs),
      ...{ left: headVectors(heads, width), right: headVectors(heads, width) },
      ...(ego === 'separate' && { own: weightOf(inputs, outputs).weight }),
      ...(edgeFeatures > 0 && { edge: weightOf(edgeFeatures, outputs).weight, along: headVectors(heads, width) }),
    },
    apply({ weight, bias, left, right, own, edge, along }, x, context) {
      const h = times(x, weight);
      const ends = [headScores(h, left), headScores(h, right)] as const;
      const ofEdges = edge && headScores(times(edgeFeaturesOf('gatLayer', context, edgeFeatures), edge), along!);
      const heard = add(attended(h, ends, { ofEdges, dropout, ego }, context), bias);
      return own ? add(heard, times(x, own)) : heard;
    },
  };
  return described(layer, 'gatLayer', { inputs, outputs: width, heads, ego, dropout, edgeFeatures });
}

interface Attention extends Required<Pick<GatOptions, 'ego' | 'dropout'>> {
  /** Edges' part of the scores, [entries, heads]. */
  readonly ofEdges: Tensor | undefined;
}

/** Σ_j α_ij h_j, by the kernel where nothing comes between scores and sum. */
function attended(
  h: Tensor,
  [left, right]: readonly [Tensor, Tensor],
  { ofEdges, dropout, ego }: Attention,
  context: Context,
): Tensor {
  const { structure, mode } = context;
  const edges = ego === 'separate' ? structure.open : structure.normalized;
  if (edges.columns.length === 0) return zerosOf(edges.rows, h.shape[1]!);
  if (!ofEdges && !(mode.training && dropout > 0)) return attend(edges, h, left, right);
  const ends = add(toEntries(edges, left), toEntries(edges, right, 'column'));
  const score = ofEdges ? add(ends, ofEdges) : ends;
  const shares = segmentSoftmax(edges, maximum(score, mul(score, SLOPE)));
  return edgeSum(edges, dropped(shares, dropout, context) as Tensor, h);
}
