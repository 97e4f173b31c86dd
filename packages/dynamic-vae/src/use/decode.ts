import { checkFiniteValues, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { sigmoid, type Tensor } from '@unbraid/graph';
import { type Seed, streamOf } from '@unbraid/kernels';
import { type Codes, checkCodes } from '../metrics/codes.ts';
import { outputsOf } from './outputs.ts';
import { checkParams, type SeededOptions, type TrainedVae, type UseOptions } from './trained-vae.ts';

/**
 * Images from codes: the means of the decoder's pixels, in [0, 1].
 *
 * @param codes `[rows, latent]`
 * @returns `[rows, pixels]`
 * @throws {InputError} for codes of another width, or that are not finite
 */
export const decode = (trained: TrainedVae, codes: MatrixLike, options: UseOptions = {}): Promise<Matrix> =>
  decodeWith(trained, 'images', codes, sigmoid, options);

/** The decoder's outputs before the sigmoid, as `bernoulliReconstruction` takes them. @throws as `decode` */
export const decodeLogits = (trained: TrainedVae, codes: MatrixLike, options: UseOptions = {}): Promise<Matrix> =>
  decodeWith(trained, 'logits', codes, (outputs) => outputs, options);

async function decodeWith(
  trained: TrainedVae,
  name: string,
  given: MatrixLike,
  last: (outputs: Tensor) => Tensor,
  options: UseOptions,
): Promise<Matrix> {
  const { vae } = trained;
  const { latent } = vae.settings;
  checkParams(trained);
  const codes = toMatrix('dynamic-vae: the matrix of codes', given);
  if (codes.cols !== latent) {
    throw new InputError('data', `dynamic-vae: codes have ${codes.cols} entries each, the model has ${latent} latents`);
  }
  const apply = (p: never, z: Tensor) => last(vae.decode(p, z));
  const images = await outputsOf(trained, { name, apply }, codes, options);
  checkFiniteValues('dynamic-vae: the matrix of decoded images', images.data, 'codes or parameters are too large');
  return images;
}

/**
 * Images from codes drawn from the prior N(0, I): `[count, pixels]`, the same for the same seed.
 * @throws {InputError} for a count that is no whole number of at least 1, and as `decode`
 */
export async function sample(
  trained: TrainedVae,
  count: number,
  { seed = 0, ...options }: SeededOptions = {},
): Promise<Matrix> {
  const { latent } = trained.vae.settings;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new InputError(
      'setting',
      `dynamic-vae: ${count} samples were asked for; a whole number of at least 1 is needed`,
    );
  }
  return decode(trained, createMatrix(count, latent, streamOf(seed).normal(new Float32Array(count * latent))), options);
}

/**
 * A code drawn from each posterior: μ + σ · ε, `[rows, latent]`.
 * @param seed a whole number, or a stream, which is advanced
 * @throws {InputError} for codes that don't fit or aren't finite, and for variances that overflow
 */
export function drawCodes(codes: Codes, seed: Seed = 0): Matrix {
  checkCodes(codes);
  const { mean, logVariance } = codes;
  const noise = streamOf(seed).normal(new Float32Array(mean.data.length));
  const data = noise.map((value, i) => mean.data[i]! + value * Math.exp(logVariance.data[i]! / 2));
  checkFiniteValues('dynamic-vae: the matrix of drawn codes', data, 'a log variance is too large');
  return createMatrix(mean.rows, mean.cols, data);
}
