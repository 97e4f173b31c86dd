import { add, constant, matmul, mul, reshape, type Tensor } from '@unbraid/graph';
import { glorotUniform, type ParamSpec, param, zeros } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { attend } from '../operators/attend.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkWhole, weightOf } from './linear.ts';
import { type NodeLayer, times, type Weight } from './node-layer.ts';

/** Parameters of a linear map: weight [inputs, outputs], bias [outputs]. */
export type LinearParams = Weight & { readonly bias: ParamSpec };

const affine = (inputs: number, outputs: number): LinearParams => ({
  ...weightOf(inputs, outputs),
  bias: param([outputs], zeros),
});

/** X W + b, each node by itself. */
export function nodeDense(inputs: number, outputs: number): NodeLayer<LinearParams> {
  const layer: NodeLayer<LinearParams> = {
    ...{ name: `nodeDense ${inputs} → ${outputs}`, inputs, outputs },
    params: affine(inputs, outputs),
    apply: ({ weight, bias }, x) => add(times(x, weight), bias),
  };
  return described(layer, 'nodeDense', { inputs, outputs });
}

/** Ã X W + b (Kipf and Welling 2017, equation 8), or Ãᵏ X W + b, which is SGC (Wu et al. 2019, equation 8). */
export function gcnLayer(inputs: number, outputs: number, hops = 1): NodeLayer<LinearParams> {
  checkWhole("gcnLayer's hops", hops);
  const layer: NodeLayer<LinearParams> = {
    ...{ name: `gcnLayer ${inputs} → ${outputs}`, inputs, outputs },
    params: affine(inputs, outputs),
    apply({ weight, bias }, x, { structure }) {
      let z = times(x, weight);
      for (let hop = 0; hop < hops; hop++) z = sparseMatmul(structure.normalized, z);
      return add(z, bias);
    },
  };
  return described(layer, 'gcnLayer', { inputs, outputs, hops });
}

/** Parameters of `gatLayer`: those of a linear map, and each head's vectors for both ends of an edge. */
export type GatParams = LinearParams & { readonly left: ParamSpec; readonly right: ParamSpec };

/**
 * Attention over a node's neighbours and itself (Veličković et al. 2018, equations 3 to 5): `heads` of `width` outputs, side by side. The
 * score of an edge is left · h_i + right · h_j.
 */
export function gatLayer(inputs: number, width: number, heads: number): NodeLayer<GatParams> {
  checkWhole("gatLayer's heads", heads);
  const outputs = heads * width;
  const scores = () => param([heads, width], glorotUniform, { fanIn: width, fanOut: 1 });
  const layer: NodeLayer<GatParams> = {
    ...{ name: `gatLayer ${inputs} → ${heads} × ${width}`, inputs, outputs },
    params: { ...affine(inputs, outputs), left: scores(), right: scores() },
    apply({ weight, bias, left, right }, x, { structure }) {
      const h = times(x, weight);
      return add(attend(structure.normalized, h, headScores(h, left), headScores(h, right)), bias);
    },
  };
  return described(layer, 'gatLayer', { inputs, outputs: width, heads });
}

/** Σ over a head's entries of h · vector: [nodes, heads]. One product by a matrix that has each head's vector in a column of its own. */
function headScores(h: Tensor, vectors: Tensor): Tensor {
  const [heads, width] = vectors.shape as readonly [number, number];
  const column = reshape(vectors, [heads * width, 1]);
  if (heads === 1) return matmul(h, column);
  const own = Float32Array.from({ length: heads * width * heads }, (_, i) =>
    Number(Math.floor(i / heads / width) === i % heads),
  );
  return matmul(h, mul(column, constant(own, [heads * width, heads])));
}
