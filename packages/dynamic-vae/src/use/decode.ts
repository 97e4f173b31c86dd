import { checkFiniteValues, InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { sigmoid, type Tensor } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import { type AnyModel, predict } from '@unbraid/nn';
import { type Codes, checkCodes } from '../metrics/codes.ts';
import { checkParams, ROWS, type TrainedVae, type UseOptions } from './trained-vae.ts';

/**
 * Images from codes: the means of the decoder's pixels, in [0, 1].
 *
 * @param codes `[rows, latent]`
 * @returns `[rows, pixels]`
 * @throws {InputError} for codes of another width, or that are not finite
 */
export const decode = (trained: TrainedVae, codes: Matrix, options: UseOptions = {}): Promise<Matrix> =>
  decodeWith(trained, codes, sigmoid, options);

/** The decoder's outputs before the sigmoid, as `bernoulliReconstruction` takes them. @throws as `decode` */
export const decodeLogits = (trained: TrainedVae, codes: Matrix, options: UseOptions = {}): Promise<Matrix> =>
  decodeWith(trained, codes, (outputs) => outputs, options);

async function decodeWith(
  trained: TrainedVae,
  codes: Matrix,
  last: (outputs: Tensor) => Tensor,
  options: UseOptions,
): Promise<Matrix> {
  const { vae, params } = trained;
  const { latent } = vae.settings;
  checkParams(trained);
  if (codes.cols !== latent) {
    throw new InputError('data', `dynamic-vae: codes have ${codes.cols} entries each, the model has ${latent} latents`);
  }
  const place = (at: number) => `code ${Math.floor(at / latent)}, latent ${at % latent} (counted from 0)`;
  checkFiniteValues('dynamic-vae: the matrix of codes', codes.data, 'give codes of numbers', place);
  const model: AnyModel = { params: vae.params, apply: (p: never, z) => last(vae.decode(p, z)) };
  const images = await predict(model, params, codes, { batchSize: ROWS, ...options });
  checkFiniteValues('dynamic-vae: the matrix of decoded images', images.data, 'codes or parameters are too large');
  return images;
}

/** Images from codes drawn from the prior N(0, I): `[count, pixels]`. */
export async function sample(
  trained: TrainedVae,
  count: number,
  random: Random,
  options: UseOptions = {},
): Promise<Matrix> {
  const { latent } = trained.vae.settings;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new InputError(
      'setting',
      `dynamic-vae: ${count} samples were asked for; a whole number of at least 1 is needed`,
    );
  }
  return decode(trained, createMatrix(count, latent, random.normal(new Float32Array(count * latent))), options);
}

/** A code drawn from each posterior: μ + σ · ε, `[rows, latent]`. */
export function drawCodes(codes: Codes, random: Random): Matrix {
  checkCodes(codes);
  const { mean, logVariance } = codes;
  const noise = random.normal(new Float32Array(mean.data.length));
  const data = noise.map((value, i) => mean.data[i]! + value * Math.exp(logVariance.data[i]! / 2));
  checkFiniteValues('dynamic-vae: the matrix of drawn codes', data, 'a log variance is too large');
  return createMatrix(mean.rows, mean.cols, data);
}
