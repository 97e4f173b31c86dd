import { checkSettings, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import * as z from 'zod';
import { type ImageShape, imageSchema } from '../vae/image-shape.ts';

/**
 * Square images with margins of zeros, so that a model can take them: MNIST's 28 pixels become 32.
 *
 * @param given images `[rows, channels · side · side]`
 * @param shape of the result
 * @returns `[rows, channels · size · size]`, the image in the middle; an odd row or column is at the bottom and right
 * @throws {InputError} where the images are not square with so many channels, or larger than `size`
 */
export function padImages(given: MatrixLike, shape: ImageShape): Matrix {
  const images = toMatrix('dynamic-vae: images', given);
  const { image } = checkSettings('dynamic-vae: padImages', z.object({ image: imageSchema }), { image: shape });
  const { channels, size } = image;
  const side = Math.sqrt(images.cols / channels);
  if (!Number.isInteger(side) || side > size) {
    throw new InputError(
      'data',
      `dynamic-vae: images of ${images.cols} entries are no ${channels} channels of squares of at most ${size} pixels`,
    );
  }
  const padded = createMatrix(images.rows, channels * size * size);
  const margin = Math.floor((size - side) / 2);
  for (let plane = 0; plane < images.rows * channels; plane++) {
    for (let y = 0; y < side; y++) {
      const from = (plane * side + y) * side;
      padded.data.set(images.data.subarray(from, from + side), (plane * size + margin + y) * size + margin);
    }
  }
  return padded;
}
