import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from './matrix.ts';

/** Images as rows of a matrix with brightnesses in [0, 1], and their classes. */
export interface LabelledImages {
  readonly images: Matrix;
  readonly labels: Int32Array;
}

/** Images as bytes, one image after the other, and their classes. */
export interface RawImages {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Images of `pixels` bytes as brightnesses from 0 to 1. */
export function scaleImages({ images, labels }: RawImages, pixels: number): LabelledImages {
  const matrix = createMatrix(labels.length, pixels);
  for (let i = 0; i < images.length; i++) matrix.data[i] = images[i]! / 255;
  return { images: matrix, labels: Int32Array.from(labels) };
}

/**
 * How many images a part of a data set gives.
 *
 * @param part how errors name it.
 * @throws where the limit is more than there is, or not a count.
 */
export function imageCount(limit: number | undefined, available: number, part: string): number {
  const count = limit ?? available;
  if (Number.isInteger(count) && count >= 0 && count <= available) return count;
  throw new InputError('setting', `data: ${part} has ${available} images, the limit ${count} is not among 0 to that`);
}
