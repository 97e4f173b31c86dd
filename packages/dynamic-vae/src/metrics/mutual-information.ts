import { checkSettings, finite, integer } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import * as z from 'zod';
import { type Codes, checkCodes, checkFactors, type Factors } from './codes.ts';
import { entropy, factorEntropies } from './entropy.ts';
import { binMasses } from './latent-bins.ts';

/** The bins into which latents are told. */
export interface BinSettings {
  /** Bins of a latent, by default 100. */
  readonly count?: number;
  /** The bins cover −range to range, by default 4; what is outside falls into the outermost. */
  readonly range?: number;
}

/** What each latent tells of each factor, in nats. */
export interface MutualInformation {
  /** I(z_j; v_k), [latents, factors] row-major. */
  readonly information: Float64Array;
  readonly latents: number;
  /** H(v_k): as much as there is to tell. */
  readonly entropies: Float64Array;
}

/**
 * I(z_j; v_k) of every latent and factor over the given images, z_j told to the bin:
 *
 *     I(z_j; v_k) = Σ_s Σ_v Q(s, v) log (Q(s, v) / (Q(s) Q(v))),   Q(s, v) = mean over images of Q(s|x) 1{v_k(x) = v}
 *
 * where Q(s|x) is the mass of q(z_j|x) in bin s: the quantized estimator of Do and Tran (arXiv 1908.09961), with their 100 bins over
 * [−4, 4]. Unlike a histogram of means it counts the encoder's noise, so that a latent that has been switched off tells nothing.
 * Bins bound it by log(number of bins). With few images it is too large, by about (bins in use − 1)(values − 1) / (2 images); take
 * 10,000 or more.
 *
 * @throws {InputError} where codes, factors or bins do not fit.
 */
export function mutualInformation(codes: Codes, factors: Factors, settings: BinSettings = {}): MutualInformation {
  checkCodes(codes);
  checkFactors(factors, codes.mean.rows);
  const bins = checkSettings('dynamic-vae: mutualInformation', binSchema, settings);
  const latents = codes.mean.cols;
  const { sizes } = factors;
  const entropies = factorEntropies(factors);
  const information = new Float64Array(latents * sizes.length);
  for (let j = 0; j < latents; j++) {
    const masses = binMasses(codes, j, bins);
    for (const k of sizes.keys()) information[j * sizes.length + k] = informationOf(masses, factors, k, entropies[k]!);
  }
  return { information, latents, entropies };
}

const binSchema = z.object({
  count: integer({ min: 2, max: 1e6 }).default(100),
  range: finite({ above: 0 }).default(4),
});

/** I = H(s) + H(v) − H(s, v), never below 0 as rounding would have it. @param own H(v) */
function informationOf(masses: Matrix, factors: Factors, factor: number, own: number): number {
  const { data, rows, cols } = masses;
  const { values, sizes } = factors;
  const joint = new Float64Array(sizes[factor]! * cols);
  const marginal = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    const value = values[i * sizes.length + factor]!;
    for (let s = 0; s < cols; s++) {
      const mass = data[i * cols + s]!;
      if (mass === 0) continue;
      joint[value * cols + s]! += mass / rows;
      marginal[s]! += mass / rows;
    }
  }
  return Math.max(0, entropy(marginal) + own - entropy(joint));
}
