import { checkFiniteValues } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { concat } from '@unbraid/graph';
import { type AnyModel, predict } from '@unbraid/nn';
import type { Codes } from '../metrics/codes.ts';
import { checkImages, checkImageWidth } from '../vae/image-shape.ts';
import { checkParams, ROWS, type TrainedVae, type UseOptions } from './trained-vae.ts';

/**
 * What the encoder says of images: q(z|x) of each.
 *
 * @param images `[rows, pixels]` in [0, 1]
 * @throws {InputError} for images outside [0, 1] or of another size
 */
export async function encode(trained: TrainedVae, images: Matrix, options: UseOptions = {}): Promise<Codes> {
  const { vae, params } = trained;
  checkParams(trained);
  checkImageWidth('images', images.cols, vae.settings.image);
  checkImages('images', images.data, vae.settings.image);
  const model: AnyModel = {
    params: vae.params,
    apply(p: never, x) {
      const { mean, logVariance } = vae.encode(p, x);
      return concat([mean, logVariance], 1);
    },
  };
  const both = await predict(model, params, images, { batchSize: ROWS, ...options });
  checkFiniteValues('dynamic-vae: the matrix of codes', both.data, 'parameters are too large');
  const { latent } = vae.settings;
  return { mean: columns(both, 0, latent), logVariance: columns(both, latent, latent) };
}

function columns({ data, rows, cols }: Matrix, from: number, count: number): Matrix {
  const part = createMatrix(rows, count);
  for (let i = 0; i < rows; i++) {
    part.data.set(data.subarray(i * cols + from, i * cols + from + count), i * count);
  }
  return part;
}
