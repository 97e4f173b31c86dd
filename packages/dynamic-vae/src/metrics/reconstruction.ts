import { checkFiniteValues, InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';

/**
 * −log p(x|z) of a Bernoulli likelihood given by its logits, summed over pixels, averaged over images, in nats.
 *
 * @param logits of the decoder, [images, pixels].
 * @param images pixels in [0, 1], of the same shape.
 * @throws where the shapes differ, there are no images, or a pixel is not in [0, 1].
 */
export function bernoulliReconstruction(logits: Matrix, images: Matrix): number {
  return meanLoss(logits, images, (logit, pixel) => {
    if (!(pixel >= 0 && pixel <= 1)) {
      throw new InputError(
        'data',
        `dynamic-vae: images have a pixel of ${pixel}; a Bernoulli likelihood needs pixels in [0, 1]`,
      );
    }
    // log(1 + exp(l)) − x·l, written so that the exponential cannot overflow.
    return Math.log1p(Math.exp(-Math.abs(logit))) + Math.max(logit, 0) - pixel * logit;
  });
}

/**
 * −log p(x|z) of a Gaussian likelihood, summed over pixels, averaged over images, in nats, without its constant
 * ½ log(2πσ²) for each pixel: 0 where the images are met exactly.
 *
 * @param means of the decoder, [images, pixels].
 * @param images of the same shape.
 * @param variance σ², by default 1; with ½ this is the sum of squares.
 * @throws where the shapes differ, there are no images, or the variance is not positive.
 */
export function gaussianReconstruction(means: Matrix, images: Matrix, variance = 1): number {
  if (!(variance > 0 && Number.isFinite(variance)))
    throw new InputError(
      'setting',
      `dynamic-vae: the variance of a Gaussian likelihood is positive and finite, got ${variance}`,
    );
  return meanLoss(means, images, (mean, pixel) => (pixel - mean) ** 2 / (2 * variance));
}

function meanLoss(outputs: Matrix, images: Matrix, loss: (output: number, pixel: number) => number): number {
  if (outputs.rows !== images.rows || outputs.cols !== images.cols) {
    throw new InputError(
      'data',
      `dynamic-vae: the reconstructions are ${outputs.rows} × ${outputs.cols}, the images ${images.rows} × ${images.cols}`,
    );
  }
  if (images.rows === 0)
    throw new InputError('data', 'dynamic-vae: no images have no reconstruction loss; give at least one');
  checkFiniteValues("dynamic-vae: the decoder's output", outputs.data, 'training has diverged');
  checkFiniteValues('dynamic-vae: the matrix of images', images.data, 'give images of numbers');
  let sum = 0;
  for (let i = 0; i < images.data.length; i++) sum += loss(outputs.data[i]!, images.data[i]!);
  return sum / images.rows;
}
