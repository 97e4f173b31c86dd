import { checkFiniteValues, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Tensor } from '@unbraid/graph';
import { type Seed, streamOf } from '@unbraid/kernels';
import { type Codes, checkCodes } from '../metrics/codes.ts';
import { valuesOf } from './latent-values.ts';
import { outputsOf } from './outputs.ts';
import { checkParams, type SeededOptions, type TrainedVae, type UseOptions } from './trained-vae.ts';

/**
 * Rows of data from codes, in the form in which they are encoded: the means of images' pixels, in [0, 1], and of other numbers, chances, and of categories
 * the likeliest.
 *
 * @param codes `[rows, latent]`
 * @returns `[rows, cols]`
 * @throws {InputError} for codes of another width, or that are not finite
 */
export const decode = (trained: TrainedVae, codes: MatrixLike, options: UseOptions = {}): Promise<Matrix> =>
  decodeWith(trained, 'rows', codes, trained.vae.likelihood.mean, options);

/** What the decoder gives: of images pixels before the sigmoid, as `bernoulliReconstruction` takes them; of tables means, and logits of chances and categories. @throws as `decode` */
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
  const { latent } = vae;
  checkParams(trained);
  const codes = toMatrix('dynamic-vae: the matrix of codes', given);
  if (codes.cols !== latent) {
    throw new InputError('data', `dynamic-vae: codes have ${codes.cols} entries each, the model has ${latent} latents`);
  }
  const apply = (p: never, z: Tensor) => last(vae.decode(p, z));
  const decoded = await outputsOf(trained, { name, apply }, codes, options);
  checkFiniteValues(
    `dynamic-vae: the matrix of decoded ${vae.rows.noun}`,
    decoded.data,
    'codes or parameters are too large',
  );
  return decoded;
}

/**
 * Images, or other rows, from codes drawn from the prior, N(0, I) or for quantized latents every value as likely: `[count, cols]`, the same for the same seed.
 * @throws {InputError} for a count that is no whole number of at least 1, and as `decode`
 */
export async function sample(
  trained: TrainedVae,
  count: number,
  { seed = 0, ...options }: SeededOptions = {},
): Promise<Matrix> {
  const { latent } = trained.vae;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new InputError(
      'setting',
      `dynamic-vae: ${count} samples were asked for; a whole number of at least 1 is needed`,
    );
  }
  const random = streamOf(seed);
  const values = valuesOf(trained);
  const codes = values
    ? Float32Array.from({ length: count * latent }, (_, i) => values[i % latent]![random.int(values[0]!.length)]!)
    : random.normal(new Float32Array(count * latent));
  return decode(trained, createMatrix(count, latent, codes), options);
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
