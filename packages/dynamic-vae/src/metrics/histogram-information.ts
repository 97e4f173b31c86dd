import { checkSettings, integer } from '@unbraid/checks';
import * as z from 'zod';
import type { Factors } from './codes.ts';
import { entropy, factorEntropies } from './entropy.ts';
import type { MutualInformation } from './mutual-information.ts';
import { factorColumn, latentColumn, measuredMeans, type Representation } from './representation.ts';

/** How means are put into bins. */
export interface HistogramSettings {
  /** Bins of a latent, equally wide from its least mean to its largest; by default 20. */
  readonly bins?: number;
}

/**
 * I(z_j; v_k) of means that are put into bins from their least to their largest: what Ridgeway and Mozer (2018) and
 * disentanglement_lib (Locatello et al. 2019) estimate from, by default with their 20 bins. The encoder's noise is not seen, so a
 * latent that has been switched off counts as if it were not: `mutualInformation` is the estimator that sees it.
 *
 * @param codes [images, latents]
 * @returns in nats; by chance too large, by about (bins − 1)(values − 1) / (2 images)
 * @throws {InputError} where codes or factors do not fit, are not finite, or a factor never varies
 */
export function histogramInformation(
  codes: Representation,
  factors: Factors,
  settings: HistogramSettings = {},
): MutualInformation {
  const { bins } = checkSettings('dynamic-vae: histogramInformation', schema, settings);
  const means = measuredMeans('mutual information', codes, factors);
  const places = Array.from({ length: means.cols }, (_, j) => ({
    of: binsOf(latentColumn(means, j), bins),
    count: bins,
  }));
  return placesInformation(places, factors);
}

const schema = z.object({ bins: integer({ min: 2, max: 1e6 }).default(20) });

/** A latent as one of finitely many places of each image. */
export interface Places {
  /** [images], each from 0 to `count` − 1. */
  readonly of: Int32Array;
  readonly count: number;
}

/** I = H(s) + H(v) − H(s, v) of latents' places s and factors v by their shares of the images, in nats. */
export function placesInformation(latents: readonly Places[], factors: Factors): MutualInformation {
  const count = factors.sizes.length;
  const columns = factors.sizes.map((_, k) => factorColumn(factors, k));
  const entropies = factorEntropies(factors);
  const information = new Float64Array(latents.length * count);
  for (const [j, places] of latents.entries()) {
    const own = entropy(shares(places.of, places.count));
    columns.forEach((column, k) => {
      const joint = places.of.map((place, i) => place * factors.sizes[k]! + column[i]!);
      const together = entropy(shares(joint, places.count * factors.sizes[k]!));
      information[j * count + k] = Math.max(0, own + entropies[k]! - together);
    });
  }
  return { information, latents: latents.length, entropies };
}

/** The bin of each value, [rows]; all are in the first where none differs. */
function binsOf(values: Float64Array, bins: number): Int32Array {
  let [least, largest] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  const scale = largest > least ? bins / (largest - least) : 0;
  return Int32Array.from(values, (value) => Math.min(bins - 1, Math.floor((value - least) * scale)));
}

function shares(places: Int32Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (const place of places) sums[place]! += 1;
  return sums.map((sum) => sum / places.length);
}
