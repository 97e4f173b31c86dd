import { add, matmul, mul, type Tensor, tanh } from '@unbraid/graph';
import { glorotUniform, type ParamSpec, param } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { checkRate } from '../compose/dropout.ts';
import { edgeSum } from '../operators/edge-products.ts';
import { scaleEntries } from '../operators/scale-entries.ts';
import { toEntries } from '../operators/segment-sum.ts';
import { checkShare, checkWhole, denseOf } from './linear.ts';
import { dropped, type NodeLayer } from './node-layer.ts';

/** What `fagcnPropagation` may be told. */
export interface FagcnOptions {
  /** Layers. Default 2. */
  readonly steps?: number;
  /** ε, from 0 to 1: how much of the first features each layer adds. Default 0.3. */
  readonly epsilon?: number;
  /** Part of the coefficients that dropout sets to zero in training. Default 0. */
  readonly dropout?: number;
}

/** Parameters of `fagcnPropagation`: in each layer a vector [width, 1] for the node that hears and one for that which is heard. */
export type FagcnParams = readonly { readonly left: ParamSpec; readonly right: ParamSpec }[];

/**
 * h ← ε h_0 + Σ_j tanh(left · h_i + right · h_j) ã_ij h_j, layer by layer, h_0 being what goes in (Bo et al. 2021, arXiv 2101.00797, equations 5 and 6; PyG's
 * `FAConv`). Coefficients from −1 to 1 add a neighbour's features or take them away. Nodes are among their own neighbours, as they are by default in
 * PyG; the paper's sum is over the others.
 * @param width of what goes in and comes out
 * @throws {InputError} for settings out of range
 */
export function fagcnPropagation(
  width: number,
  { steps = 2, epsilon = 0.3, dropout = 0 }: FagcnOptions = {},
): NodeLayer<FagcnParams> {
  checkWhole("fagcnPropagation's width", width);
  checkWhole("fagcnPropagation's steps", steps, 1000);
  checkShare("fagcnPropagation's epsilon", epsilon);
  checkRate('fagcnPropagation', dropout);
  const vector = () => param([width, 1], glorotUniform);
  const layer: NodeLayer<FagcnParams> = {
    ...{ name: `fagcnPropagation ${steps}`, inputs: width, outputs: width },
    hops: steps,
    params: Array.from({ length: steps }, () => ({ left: vector(), right: vector() })),
    apply(params, x, context) {
      const { normalized } = context.structure;
      const first = denseOf(x);
      return params.reduce((h: Tensor, { left, right }) => {
        const ends = add(toEntries(normalized, matmul(h, left)), toEntries(normalized, matmul(h, right), 'column'));
        const coefficients = dropped(tanh(ends), dropout, context) as Tensor;
        return add(mul(first, epsilon), edgeSum(normalized, scaleEntries(normalized, coefficients), h));
      }, first);
    },
  };
  return described(layer, 'fagcnPropagation', { inputs: width, steps, epsilon, dropout });
}
