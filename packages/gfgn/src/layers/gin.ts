import { add, matmul, mul, relu, type Tensor } from '@unbraid/graph';
import { type ParamSpec, param, zeros } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { affine, type LinearParams } from './node-dense.ts';
import { type NodeLayer, times } from './node-layer.ts';

/** What `ginLayer` may be told. */
export interface GinOptions {
  /** Width of the hidden layer of its MLP. Default `outputs`. */
  readonly hidden?: number;
}

/** Parameters of `ginLayer`: ε, [1], and both layers of the MLP. */
export type GinParams = { readonly epsilon: ParamSpec; readonly first: LinearParams; readonly second: LinearParams };

/**
 * MLP((1 + ε) x_i + Σ_j a_ij x_j) with two layers and a ReLU between them, and an ε that is learnt from 0 on (Xu et al. 2019, equation 4.1; PyG's `GINConv`
 * with `train_eps`). The first layer is applied before the sum, which is the same and keeps sparse features sparse.
 */
export function ginLayer(inputs: number, outputs: number, { hidden = outputs }: GinOptions = {}): NodeLayer<GinParams> {
  const layer: NodeLayer<GinParams> = {
    ...{ name: `ginLayer ${inputs} → ${outputs}`, inputs, outputs },
    hops: 1,
    params: { epsilon: param([1], zeros), first: affine(inputs, hidden), second: affine(hidden, outputs) },
    apply({ epsilon, first, second }, x, { structure }) {
      const z = times(x, first.weight);
      const sum = add(mul(z, add(epsilon, 1)), sparseMatmul(structure.open, z));
      const h: Tensor = relu(add(sum, first.bias));
      return add(matmul(h, second.weight), second.bias);
    },
  };
  return described(layer, 'ginLayer', { inputs, outputs, hidden });
}
