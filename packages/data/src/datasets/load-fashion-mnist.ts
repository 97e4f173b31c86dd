import { checkSettings } from '@unbraid/checks';
import * as z from 'zod';
import type { LabelledImages, RawImages } from '../labelled-images.ts';
import { bothParts, limitSettings } from './both-parts.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { IDX_PIXELS, readIdxImages } from './idx-images.ts';
import { type LocateOptions, locateSettings } from './locate.ts';

/** Where Fashion-MNIST comes from, and what of it is wanted. */
export interface FashionMnistOptions extends LocateOptions {
  /** How many training images, from the first on; all 60,000 unless given. */
  readonly trainLimit?: number | undefined;
  /** How many test images, from the first on; all 10,000 unless given. */
  readonly testLimit?: number | undefined;
}

const settings = z.object({ ...locateSettings, ...limitSettings });

/**
 * Fashion-MNIST with grey levels in [0, 1], as `loadMnist` gives MNIST.
 *
 * @throws as `readDatasetFile`, or where a limit is more than there is.
 */
export async function loadFashionMnist(
  options: FashionMnistOptions = {},
): Promise<{ train: LabelledImages; test: LabelledImages }> {
  return bothParts(loadFashionMnistRaw, IDX_PIXELS, checkSettings('data: loadFashionMnist', settings, options));
}

/**
 * One part of Fashion-MNIST as the bytes of its files.
 *
 * @param limit how many images, from the first on; all unless given.
 * @throws as `loadFashionMnist`.
 */
export async function loadFashionMnistRaw(
  part: 'train' | 'test',
  limit?: number,
  options: LocateOptions = {},
): Promise<RawImages> {
  return readIdxImages(fashionMnist, part, { ...options, limit, ending: '.gz' });
}
