import { checkFiniteValues, InputError } from '@unbraid/checks';
import type { MutualInformation } from './mutual-information.ts';

/** How far one latent alone tells of a factor. */
export interface FactorGap {
  /** RMIG: the gap between the two latents that tell most of the factor, over the factor's entropy; in [0, 1]. */
  readonly rmig: number;
  /** The latent that tells most. */
  readonly best: number;
  /** The one that tells most of the others; undefined where there is only one latent. */
  readonly second: number | undefined;
}

/** The mutual information gap, and its terms. */
export interface InformationGap {
  /** MIG: the mean of the gaps. */
  readonly mig: number;
  /** For each factor, in order. */
  readonly factors: readonly FactorGap[];
}

/**
 * The mutual information gap, 1 where every factor is told by one latent alone and wholly (Chen et al. 2018,
 * arXiv 1802.04942):
 *
 *     MIG = mean over k of (I(z_j(k); v_k) − max over j ≠ j(k) of I(z_j; v_k)) / H(v_k),   j(k) = argmax over j of I(z_j; v_k)
 *
 * and its terms, the robust gaps RMIG of single factors (Do and Tran 2020, arXiv 1908.09961), here divided by the entropy. Robust is
 * the estimator of the information, which is one and the same for both here: `mutualInformation`.
 *
 * @throws where a factor has the same value in all images, which leaves nothing to tell.
 */
export function informationGap({ information, latents, entropies }: MutualInformation): InformationGap {
  const count = entropies.length;
  checkFiniteValues('dynamic-vae: the mutual information', information, 'it can have no gap');
  checkFiniteValues('dynamic-vae: the list of entropies', entropies, 'they can divide no gap');
  const factors = Array.from(entropies, (entropy, k) => {
    if (entropy === 0) {
      throw new InputError(
        'data',
        `dynamic-vae: factor ${k} has one value in all images, so it has no gap; leave it out`,
      );
    }
    const told = (j: number) => information[j * count + k]!;
    const [best, second] = Array.from({ length: latents }, (_, j) => j).sort((a, b) => told(b) - told(a)) as [
      number,
      number?,
    ];
    return { rmig: (told(best) - (second === undefined ? 0 : told(second))) / entropy, best, second };
  });
  return { mig: factors.reduce((sum, { rmig }) => sum + rmig, 0) / count, factors };
}
