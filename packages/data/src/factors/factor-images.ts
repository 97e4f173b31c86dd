import { InputError, integer, StateError, text } from '@unbraid/checks';
import * as z from 'zod';
import type { ImageShape } from '../warp.ts';
import { writeGridValues } from './grid.ts';

/** One way in which the images of a data set differ. */
export interface ImageFactor {
  readonly name: string;
  /** How many values it takes, 0 to size − 1; 256 at most. */
  readonly size: number;
}

/** Images of which all factors are known, read from a file as they are needed. */
export interface FactorImages {
  readonly count: number;
  /** Of an image; what `read` gives is in this order, channels first. */
  readonly image: ImageShape;
  readonly factors: readonly ImageFactor[];
  /**
   * The values of the factors of images, [indexes.length, factors] row-major.
   * @throws {InputError} for an index that there is not
   */
  valuesOf(indexes: ArrayLike<number>): Uint8Array;
  /**
   * The pixels of images, bytes [indexes.length, channels · height · width] row-major, in the order of the indexes.
   * @throws {InputError} for an index that there is not, and where the file is damaged there; of an HDF5 file `limit`, for more than 2^30 bytes at once
   * @throws {StateError} after `close`
   */
  read(indexes: ArrayLike<number>): Promise<Uint8Array>;
  /** Gives the file back. */
  close(): Promise<void>;
}

/** Values of factors are bytes. */
const MOST_VALUES = 256;

/** Of those who open a file: its factors, where they are given. */
export const factorsSettings = z.object({
  factors: z
    .array(z.object({ name: text(), size: integer({ min: 1, max: MOST_VALUES }) }))
    .min(1)
    .optional(),
});

/** The values of images of a whole grid, whose last factor varies fastest. @throws {InputError} as `checkIndexes` */
export function gridValues(factors: readonly ImageFactor[], indexes: ArrayLike<number>, count: number): Uint8Array {
  checkIndexes(indexes, count);
  const each = factors.length;
  const values = new Uint8Array(indexes.length * each);
  for (let i = 0; i < indexes.length; i++)
    writeGridValues(factors, indexes[i]!, values.subarray(i * each, (i + 1) * each));
  return values;
}

/** What reading fails with after `close`. */
export const closedError = (path: string): StateError =>
  new StateError(`data: ${path} was closed; open it again to read more of it`);

/** @throws {InputError} unless all are whole numbers of images that there are */
export function checkIndexes(indexes: ArrayLike<number>, count: number): void {
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    if (Number.isInteger(index) && index >= 0 && index < count) continue;
    throw new InputError('data', `data: there is no image ${index}; they are numbered from 0 to ${count - 1}`);
  }
}

/**
 * An image with channels first of one with channels last.
 * @param pixels `[height · width, channels]`
 * @param out where to write, `[channels, height · width]`
 */
export function channelsFirst(pixels: Uint8Array, channels: number, out: Uint8Array): void {
  const area = pixels.length / channels;
  for (let channel = 0; channel < channels; channel++)
    for (let p = 0; p < area; p++) out[channel * area + p] = pixels[p * channels + channel]!;
}
