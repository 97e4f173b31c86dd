import { checkFiniteValues, InputError } from '@unbraid/checks';
import type { MutualInformation } from './mutual-information.ts';

/** How nearly each latent tells of one factor only. */
export interface Modularity {
  /** The mean over latents, in [0, 1]. */
  readonly modularity: number;
  /** That of each latent, in [0, 1]; 0 for one that tells nothing at all. */
  readonly latents: Float64Array;
}

/**
 * Modularity (Ridgeway and Mozer 2018, arXiv 1802.05312, section 3): 1 where every latent tells of one factor alone,
 *
 *     1 − δ_j,   δ_j = Σ_{k ≠ k(j)} I(z_j; v_k)² / (θ_j² (K − 1)),   θ_j = I(z_j; v_k(j)) = max over k,
 *
 * averaged over latents. It does not ask whether factors are told at all, nor by how many latents. A latent that tells nothing counts
 * 0, as in disentanglement_lib; the paper has none.
 *
 * @param information as of `histogramInformation`, the published estimator, or `mutualInformation`, which sees the encoder's noise
 * @throws {InputError} for fewer than two factors, or information that is not finite
 */
export function modularity({ information, latents, entropies }: MutualInformation): Modularity {
  const count = entropies.length;
  checkFiniteValues('dynamic-vae: the mutual information', information, 'it tells of no modularity');
  if (count < 2) {
    throw new InputError(
      'data',
      `dynamic-vae: modularity compares two factors or more, got ${count}; give more factors`,
    );
  }
  const scores = Float64Array.from({ length: latents }, (_, j) => {
    const told = information.subarray(j * count, (j + 1) * count);
    const most = told.reduce((largest, value) => Math.max(largest, value), 0);
    if (most === 0) return 0;
    const squares = told.reduce((sum, value) => sum + (value / most) ** 2, 0);
    return 1 - (squares - 1) / (count - 1);
  });
  return { modularity: scores.reduce((sum, one) => sum + one, 0) / latents, latents: scores };
}
