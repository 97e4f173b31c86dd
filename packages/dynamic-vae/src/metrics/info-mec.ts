import { checkSettings, count, finite, InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import * as z from 'zod';
import type { Factors } from './codes.ts';
import { areDiscrete, indicators, latentValues } from './discrete-latents.ts';
import { entropy, valueShares } from './entropy.ts';
import { type Places, placesInformation } from './histogram-information.ts';
import { crossEntropy, fitLogistic } from './logistic.ts';
import { nearestInformation } from './nearest-information.ts';
import { factorColumn, latentColumn, measuredMeans, type Representation } from './representation.ts';
import { standardized } from './standardized.ts';

/** What `infoMec` takes beside codes and factors. */
export interface InfoMecSettings {
  /** Nearest neighbours of the estimator of mutual information, by default 10. */
  readonly neighbours?: number;
  /** A latent takes part whose range is above this share of the largest range, by default 1/20. */
  readonly activeShare?: number;
  /** Whether latents take single values, as quantized ones do. By default they do where each has at most a tenth as many values as there are images; images times values are at most 2²⁷. */
  readonly discrete?: boolean;
}

/** InfoMEC: modularity, explicitness and compactness in terms of information. */
export interface InfoMec {
  /** InfoM, in [0, 1]: 1 where each latent tells of one factor alone. */
  readonly modularity: number;
  /** InfoE, in [0, 1]: the share of the factors' entropy that a linear classifier of all latents finds. */
  readonly explicitness: number;
  /** InfoC, in [0, 1]: 1 where each factor is told by one latent alone. */
  readonly compactness: number;
  /** I(z_j; v_k) / H(v_k), [latents, factors]. */
  readonly normalized: Float64Array;
  /** Which latents take part in InfoM and InfoC. */
  readonly active: readonly boolean[];
  /** Whether latents were taken as `discrete`. */
  readonly discrete: boolean;
}

/**
 * InfoMEC (Hsu et al. 2023, arXiv 2305.18378, section 4), of N_jk = I(z_j; v_k) / H(v_k) over active latents:
 *
 *     InfoM = (mean over j of max_k N_jk / Σ_k N_jk − 1/K) / (1 − 1/K)
 *     InfoC = (mean over k of max_j N_jk / Σ_j N_jk − 1/J) / (1 − 1/J)
 *     InfoE = mean over k of 1 − H_V(v_k|z) / H(v_k)
 *
 * where H_V is the mean −log p of the best multinomial logistic regression on all standardized latents: predictive V-information of
 * linear classifiers. I is estimated by nearest neighbours (`nearestInformation`). As in the authors' code the regression has no penalty
 * and is judged by the rows it was fitted to; where it tells classes apart without fail, H_V comes as near to 0 as 200 iterations bring it.
 * Their code weights classes to balance; the definition doesn't, nor does this. A latent that tells nothing at all, or a factor that none tells,
 * counts as told by all alike. With one active latent InfoC is 1, with one factor InfoM is.
 *
 * Of `discrete` latents, as in the authors' code, I is that of the joint counts of values, the regression sees an indicator of each value, and all
 * latents that vary are active.
 *
 * @param codes [images, latents]
 * @throws {InputError} `data` where codes or factors do not fit, a factor never varies, or no latent does; `not-finite`; `limit`, see `discrete`
 */
export function infoMec(codes: Representation, factors: Factors, settings: InfoMecSettings = {}): InfoMec {
  const { neighbours, activeShare, ...given } = checkSettings('dynamic-vae: infoMec', schema, settings);
  const means = measuredMeans('InfoMEC', codes, factors);
  const factorCount = factors.sizes.length;
  const values = latentValues(means);
  const discrete = given.discrete ?? areDiscrete(values, means.rows);
  const active = activeLatents(means, discrete ? 0 : activeShare);
  const { information, entropies } = discrete
    ? placesInformation(values, factors)
    : nearestInformation(means, factors, { neighbours });
  const normalized = information.map((value, i) => value / entropies[i % factorCount]!);
  const rows = active.flatMap((is, j) =>
    is ? [Array.from(normalized.subarray(j * factorCount, (j + 1) * factorCount))] : [],
  );
  const columns = factors.sizes.map((_, k) => rows.map((row) => row[k]!));
  return {
    modularity: concentration(rows),
    explicitness: explicitnessOf(means, discrete ? values : undefined, factors),
    compactness: concentration(columns),
    normalized,
    active,
    discrete,
  };
}

const schema = z.object({
  neighbours: count().default(10),
  activeShare: finite({ min: 0, below: 1 }).default(1 / 20),
  discrete: z.boolean({ error: 'true or false' }).optional(),
});

function activeLatents(means: Matrix, share: number): boolean[] {
  const ranges = Array.from({ length: means.cols }, (_, j) => {
    const column = latentColumn(means, j);
    return (
      column.reduce((most, v) => Math.max(most, v), -Infinity) -
      column.reduce((least, v) => Math.min(least, v), Infinity)
    );
  });
  const largest = Math.max(...ranges);
  if (largest === 0) {
    throw new InputError(
      'data',
      'dynamic-vae: no latent varies over the images, of which InfoMEC can say nothing; the encoder has collapsed: train it anew, or leave InfoMEC out',
    );
  }
  return ranges.map((range) => range > share * largest);
}

/** How much of each list its largest entry is, from 0 where all are alike to 1, averaged over lists. */
function concentration(lists: readonly (readonly number[])[]): number {
  const length = lists[0]?.length ?? 0;
  if (lists.length === 0 || length === 0) return 0;
  if (length === 1) return 1;
  const shares = lists.map((list) => {
    const sum = list.reduce((total, value) => total + value, 0);
    return sum > 0 ? Math.max(...list) / sum : 1 / length;
  });
  const mean = shares.reduce((total, value) => total + value, 0) / shares.length;
  return (mean - 1 / length) / (1 - 1 / length);
}

function explicitnessOf(means: Matrix, values: readonly Places[] | undefined, factors: Factors): number {
  const seen = values ? indicators(values, means.rows) : { x: standardizedMeans(means), cols: means.cols };
  const found = factors.sizes.map((_, k) => {
    // A value that no image has would have a probability of its own, which an intercept takes infinitely many steps to remove.
    const shares = valueShares(factors, k);
    const place = Array.from(shares, (_, v) => shares.subarray(0, v).filter((share) => share > 0).length);
    const labels = factorColumn(factors, k).map((value) => place[value]!);
    const labelled = { ...seen, labels, classes: shares.filter((share) => share > 0).length };
    const { weights } = fitLogistic(labelled, { ridge: 0, tolerance: 1e-4, maxIterations: 200 });
    return 1 - crossEntropy(labelled, weights) / means.rows / entropy(shares);
  });
  return Math.max(0, found.reduce((sum, one) => sum + one, 0) / found.length);
}

/** Standardized means, [rows, cols] row-major. */
function standardizedMeans(means: Matrix): Float64Array {
  const { rows, cols } = means;
  const x = new Float64Array(rows * cols);
  for (let j = 0; j < cols; j++) {
    standardized(latentColumn(means, j)).forEach((value, i) => {
      x[i * cols + j] = value;
    });
  }
  return x;
}
