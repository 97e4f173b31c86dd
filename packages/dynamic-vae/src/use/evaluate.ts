import { type MatrixLike, toMatrix } from '@unbraid/checks';
import type { Codes } from '../metrics/codes.ts';
import { type KlDivergence, klDivergence } from '../metrics/kl.ts';
import { bernoulliReconstruction, gaussianReconstruction } from '../metrics/reconstruction.ts';
import { decode, decodeLogits, drawCodes } from './decode.ts';
import { encode } from './encode.ts';
import type { SeededOptions, TrainedVae } from './trained-vae.ts';

/** The two terms of the ELBO on images, in nats, and the codes that they come from. */
export interface Evaluation {
  /** −log p(x|z), z drawn once for each image; summed over pixels, averaged over images. */
  readonly reconstruction: number;
  readonly kl: KlDivergence;
  readonly codes: Codes;
}

/**
 * Measures a VAE on images; a code is drawn for each of them from the seed.
 *
 * @param given images `[rows, pixels]` in [0, 1]
 * @throws {InputError} for images outside [0, 1] or of another size
 */
export async function evaluateVae(
  trained: TrainedVae,
  given: MatrixLike,
  { seed = 0, ...options }: SeededOptions = {},
): Promise<Evaluation> {
  const images = toMatrix('dynamic-vae: images', given);
  const codes = await encode(trained, images, options);
  const drawn = drawCodes(codes, seed);
  const { likelihood, variance } = trained.vae.settings;
  const reconstruction =
    likelihood === 'bernoulli'
      ? bernoulliReconstruction(await decodeLogits(trained, drawn, options), images)
      : gaussianReconstruction(await decode(trained, drawn, options), images, variance);
  return { reconstruction, kl: klDivergence(codes), codes };
}
