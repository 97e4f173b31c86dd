import { gemm, reduceMean } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkLimit, DEFAULT_LIMIT, type GateOptions, gateBias, gateWeight, score, smooth } from './gate.ts';
import { denseOf, linear } from './linear.ts';
import { type NodeLayer, times, type Weight } from './node-layer.ts';

/** Parameters of `gfgnGraph`: W where there is one, W_s and b. */
export type GraphGateParams = Partial<Weight> & { readonly gate: ParamSpec; readonly bias: ParamSpec };

/**
 * GFGN with one score for each dimension (Jin et al. 2021, arXiv 2105.04493, graph-level gating): with Z = X W,
 * s = λ σ(mean over nodes of Z · W_s + b) and F = Z − s ⊙ (I − Ã) Z. Of several graphs each has scores of its own; in a batch of nodes the mean is that of the
 * batch's.
 * @param inputs width of X; without `outputs` there is no W, Z = X, and the scores are those of the input's own dimensions
 * @throws {InputError} for a limit that is not positive
 */
export function gfgnGraph(
  inputs: number,
  outputs?: number,
  { limit = DEFAULT_LIMIT }: GateOptions = {},
): NodeLayer<GraphGateParams> {
  checkLimit(limit);
  const width = outputs ?? inputs;
  const layer: NodeLayer<GraphGateParams> = {
    ...{ name: `gfgnGraph ${inputs} → ${width}`, inputs, outputs: width },
    hops: 1,
    isGlobal: true,
    params: { ...linear(inputs, outputs), gate: gateWeight(width), bias: gateBias(width) },
    apply({ weight, gate, bias }, x, { structure, onGates }) {
      const z = weight ? times(x, weight) : denseOf(x);
      const { graphs } = structure;
      const means = graphs ? sparseMatmul(graphs.mean, z) : reduceMean(z, { axes: [0], keepDims: true });
      const scores = score(gemm(means, gate, bias), limit);
      onGates?.({ grain: 'graph', scores, limit });
      const ofNodes = graphs && graphs.count > 1 ? sparseMatmul(graphs.of, scores) : scores;
      return smooth(z, ofNodes, structure);
    },
  };
  return described(layer, 'gfgnGraph', { inputs, outputs, limit });
}
