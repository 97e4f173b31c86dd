import { gemm, matmul } from '@unbraid/graph';
import { described } from '../compose/described.ts';
import { gatedSum } from '../operators/gated-sum.ts';
import { checkLimit, DEFAULT_LIMIT, type GateOptions } from './gate.ts';
import { type PairedGateParams, pairedGate } from './gfgn-neighbor.ts';
import { denseOf } from './linear.ts';
import { type NodeLayer, times } from './node-layer.ts';

/**
 * GFGN with a vector of scores for each edge (pairwise gating): with Z = X W, s_ij = λ σ(Z_i W_1 + b + Z_j W_2) and
 * F_i = Z_i − Σ_j (A + I)_ij / √D_i · s_ij ⊙ (Z_i / √D_i − Z_j / √D_j), which is Z − (I − Ã) Z = Ã Z where every score is 1: with other
 * degrees at both ends that is not Σ_j ã_ij (Z_i − Z_j). Both halves of the argument are held within ±40.
 * @param inputs width of X; without `outputs` there is no W, and Z = X
 * @throws {InputError} for a limit that is not positive
 */
export function gfgnPair(
  inputs: number,
  outputs?: number,
  { limit = DEFAULT_LIMIT }: GateOptions = {},
): NodeLayer<PairedGateParams> {
  checkLimit(limit);
  const layer: NodeLayer<PairedGateParams> = {
    ...{ name: `gfgnPair ${inputs} → ${outputs ?? inputs}`, inputs, outputs: outputs ?? inputs },
    hops: 1,
    params: pairedGate(inputs, outputs),
    apply({ weight, own, other, bias }, x, { structure, onGates }) {
      const z = weight ? times(x, weight) : denseOf(x);
      const [a, b] = [gemm(z, own, bias), matmul(z, other)];
      onGates?.({ grain: 'pair', a, b, limit });
      return gatedSum(structure, limit, z, a, b);
    },
  };
  return described(layer, 'gfgnPair', { inputs, outputs, limit });
}
