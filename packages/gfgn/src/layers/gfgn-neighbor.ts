import { add, gemm, matmul } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkLimit, DEFAULT_LIMIT, type GateOptions, gateBias, gateWeight, score, smooth } from './gate.ts';
import { denseOf, linear } from './linear.ts';
import { type NodeLayer, times, type Weight } from './node-layer.ts';

/** Parameters of `gfgnNeighbor` and `gfgnPair`: W where there is one, W_1 of a node's own features, W_2 of its neighbours', and b. */
export type PairedGateParams = Partial<Weight> & {
  readonly own: ParamSpec;
  readonly other: ParamSpec;
  readonly bias: ParamSpec;
};

/** Weights of X and of a gate with a part for either end, as wide as what it gates. */
export function pairedGate(inputs: number, outputs: number | undefined): PairedGateParams {
  const width = outputs ?? inputs;
  return { ...linear(inputs, outputs), own: gateWeight(width), other: gateWeight(width), bias: gateBias(width) };
}

/**
 * GFGN with a vector of scores for each node (neighborhood-level gating): with Z = X W,
 * s_i = λ σ(Z_i W_1 + mean over j ∈ N(i) of Z_j · W_2 + b) and F_i = Z_i − s_i ⊙ ((I − Ã) Z)_i. A node without neighbours has the mean 0.
 * @param inputs width of X; without `outputs` there is no W, and Z = X
 * @throws {InputError} for a limit that is not positive
 */
export function gfgnNeighbor(
  inputs: number,
  outputs?: number,
  { limit = DEFAULT_LIMIT }: GateOptions = {},
): NodeLayer<PairedGateParams> {
  checkLimit(limit);
  const layer: NodeLayer<PairedGateParams> = {
    ...{ name: `gfgnNeighbor ${inputs} → ${outputs ?? inputs}`, inputs, outputs: outputs ?? inputs },
    hops: 1,
    params: pairedGate(inputs, outputs),
    apply({ weight, own, other, bias }, x, { structure, onGates }) {
      const z = weight ? times(x, weight) : denseOf(x);
      const scores = score(add(gemm(z, own, bias), matmul(sparseMatmul(structure.mean, z), other)), limit);
      onGates?.({ grain: 'neighbor', scores, limit });
      return smooth(z, scores, structure);
    },
  };
  return described(layer, 'gfgnNeighbor', { inputs, outputs, limit });
}
