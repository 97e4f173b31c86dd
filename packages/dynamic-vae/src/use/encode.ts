import { checkFiniteValues, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { concat, type Tensor } from '@unbraid/graph';
import type { Codes } from '../metrics/codes.ts';
import { checkImages, checkImageWidth } from '../vae/image-shape.ts';
import { outputsOf } from './outputs.ts';
import { checkParams, type TrainedVae, type UseOptions } from './trained-vae.ts';

/**
 * What the encoder says of images: q(z|x) of each.
 *
 * @param given images `[rows, pixels]` in [0, 1]: a matrix, or a list of them
 * @throws {InputError} for images outside [0, 1] or of another size
 */
export async function encode(trained: TrainedVae, given: MatrixLike, options: UseOptions = {}): Promise<Codes> {
  const { vae } = trained;
  checkParams(trained);
  const images = toMatrix('dynamic-vae: images', given);
  checkImageWidth('images', images.cols, vae.settings.image);
  checkImages('images', images.data, vae.settings.image);
  const apply = (p: never, x: Tensor) => {
    const { mean, logVariance } = vae.encode(p, x);
    return concat([mean, logVariance], 1);
  };
  const both = await outputsOf(trained, { name: 'codes', apply }, images, options);
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
