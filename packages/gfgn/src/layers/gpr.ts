import { add, mul, slice } from '@unbraid/graph';
import { type ParamSpec, param, stored } from '@unbraid/nn';
import { described } from '../compose/described.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { checkShare, checkWhole, denseOf } from './linear.ts';
import type { NodeLayer } from './node-layer.ts';

/** What `gprPropagation` may be told. */
export interface GprOptions {
  /** K, the most steps. Default 10. */
  readonly hops?: number;
  /** α of personalized PageRank, from whose weights learning starts: γ_k = α (1 − α)^k, γ_K = (1 − α)^K. Default 0.1. */
  readonly restart?: number;
}

/** Parameters of `gprPropagation`: γ, [hops + 1]. */
export type GprParams = { readonly gamma: ParamSpec };

/**
 * Σ_k γ_k Ãᵏ X with learnt γ (Chien et al. 2021, arXiv 2006.07988, equation 1), which keeps the width: GPR-GNN is an MLP before it.
 * @throws {InputError} for settings out of range
 */
export function gprPropagation({ hops = 10, restart = 0.1 }: GprOptions = {}): NodeLayer<GprParams> {
  checkWhole("gprPropagation's hops", hops, 1000);
  checkShare("gprPropagation's restart", restart);
  const first = Float32Array.from({ length: hops + 1 }, (_, k) => (k < hops ? restart : 1) * (1 - restart) ** k);
  const layer: NodeLayer<GprParams> = {
    name: `gprPropagation ${hops}`,
    hops,
    params: { gamma: param([hops + 1], stored(first)) },
    apply({ gamma }, x, { structure }) {
      let z = denseOf(x);
      let sum = mul(z, slice(gamma, [0], [1]));
      for (let k = 1; k <= hops; k++) {
        z = sparseMatmul(structure.normalized, z);
        sum = add(sum, mul(z, slice(gamma, [k], [k + 1])));
      }
      return sum;
    },
  };
  return described(layer, 'gprPropagation', { hops, restart });
}
