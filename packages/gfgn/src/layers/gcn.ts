import { add } from '@unbraid/graph';
import { described } from '../compose/described.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkWhole } from './linear.ts';
import { affine, type LinearParams } from './node-dense.ts';
import { type NodeLayer, times } from './node-layer.ts';

/**
 * Ã X W + b (Kipf and Welling 2017, equation 8), or Ãᵏ X W + b, which is SGC (Wu et al. 2019, equation 8). Self loops are 1 in Ã, or keep their weight:
 * `selfLoops` of the structure. PyG's `GCNConv`, `SGConv`.
 * @param hops k
 */
export function gcnLayer(inputs: number, outputs: number, hops = 1): NodeLayer<LinearParams> {
  checkWhole("gcnLayer's hops", hops, 1000);
  const layer: NodeLayer<LinearParams> = {
    ...{ name: `gcnLayer ${inputs} → ${outputs}`, inputs, outputs },
    hops,
    params: affine(inputs, outputs),
    apply({ weight, bias }, x, { structure }) {
      let z = times(x, weight);
      for (let hop = 0; hop < hops; hop++) z = sparseMatmul(structure.normalized, z);
      return add(z, bias);
    },
  };
  return described(layer, 'gcnLayer', { inputs, outputs, hops });
}
