import { InputError } from '@unbraid/checks';
import { type Codes, checkCodes } from './codes.ts';

/** A KL divergence in nats, averaged over images. */
export interface KlDivergence {
  /** Summed over latents. */
  readonly total: number;
  readonly dimensions: Float64Array;
}

/**
 * KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² − 1 − log σ²) of each latent, averaged over images, in nats.
 *
 * @throws {InputError} where codes do not fit, or they or the KL divergence are not finite.
 */
export function klDivergence(codes: Codes): KlDivergence {
  checkCodes(codes);
  const { mean, logVariance } = codes;
  const dimensions = new Float64Array(mean.cols);
  for (let i = 0; i < mean.data.length; i++) {
    const logV = logVariance.data[i]!;
    // expm1(v) − v keeps its digits where σ² is close to 1.
    dimensions[i % mean.cols]! += (mean.data[i]! ** 2 + Math.expm1(logV) - logV) / (2 * mean.rows);
  }
  const total = dimensions.reduce((sum, one) => sum + one, 0);
  if (Number.isFinite(total)) return { total, dimensions };
  throw new InputError(
    'not-finite',
    `dynamic-vae: the KL divergence is ${total}: a log variance is too large; training has diverged`,
  );
}
