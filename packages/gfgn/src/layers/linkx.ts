import { InputError } from '@unbraid/checks';
import { add, matmul, relu, type Tensor } from '@unbraid/graph';
import { described } from '../compose/described.ts';
import { isChanging } from '../operators/placed.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkWhole } from './linear.ts';
import { affine, type LinearParams } from './node-dense.ts';
import { type NodeLayer, times } from './node-layer.ts';

/** What `linkxLayer` takes. */
export interface LinkxOptions {
  /** Nodes of the graph, each of which has a row of a weight. */
  readonly nodes: number;
  /** Width of what the graph and the features are turned into. Default `outputs`. */
  readonly hidden?: number;
}

/** Parameters of `linkxLayer`: maps of a node's neighbours and of its features, and what mixes both with themselves. */
export type LinkxParams = {
  /** weight [nodes, hidden], bias [hidden] */
  readonly edges: LinearParams;
  readonly features: LinearParams;
  readonly mixEdges: LinearParams;
  readonly mixFeatures: LinearParams;
  readonly output: LinearParams;
};

/**
 * MLP_f(σ(W [h_A, h_X] + h_A + h_X)) with h_A = A W_A + b and h_X = X W_X + b (Lim et al. 2021, arXiv 2110.14446, section 5; PyG's `LINKX` with layers of
 * one each), a whole model: the list of a node's neighbours is so many more features of it. It is bound to the nodes of its graph, and to the whole of it.
 * @throws {InputError} for settings out of range
 */
export function linkxLayer(
  inputs: number,
  outputs: number,
  { nodes, hidden = outputs }: LinkxOptions,
): NodeLayer<LinkxParams> {
  checkWhole("linkxLayer's nodes", nodes);
  const mix = () => affine(hidden, hidden);
  const layer: NodeLayer<LinkxParams> = {
    ...{ name: `linkxLayer ${inputs} → ${outputs}`, inputs, outputs },
    hops: 1,
    params: {
      ...{ edges: affine(nodes, hidden), features: affine(inputs, hidden) },
      ...{ mixEdges: mix(), mixFeatures: mix(), output: affine(hidden, outputs) },
    },
    apply(params, x, { structure }) {
      const { open } = structure;
      if (open.rows !== nodes || isChanging(open))
        throw new InputError(
          'setting',
          `gfgn: linkxLayer was made for a graph of ${nodes} nodes, this one has ${open.rows}; it takes the whole of that graph and no other`,
        );
      const { edges, features, mixEdges, mixFeatures, output } = params;
      const ofEdges = add(sparseMatmul(open, edges.weight), edges.bias);
      const ofFeatures = add(times(x, features.weight), features.bias);
      const mixed = add(map(ofEdges, mixEdges), map(ofFeatures, mixFeatures));
      return map(relu(add(mixed, add(ofEdges, ofFeatures))), output);
    },
  };
  return described(layer, 'linkxLayer', { inputs, outputs, nodes, hidden });
}

const map = (x: Tensor, { weight, bias }: { readonly weight: Tensor; readonly bias: Tensor }): Tensor =>
  add(matmul(x, weight), bias);
