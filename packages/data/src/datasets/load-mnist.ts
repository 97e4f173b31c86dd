import { checkSettings } from '@unbraid/checks';
import * as z from 'zod';
import type { LabelledImages, RawImages } from '../labelled-images.ts';
import { bothParts, limitSettings } from './both-parts.ts';
import { IDX_PIXELS, readIdxImages } from './idx-images.ts';
import { type LocateOptions, locateSettings } from './locate.ts';
import { mnist } from './mnist.ts';

/** Where MNIST comes from, and what of it is wanted. */
export interface MnistOptions extends LocateOptions {
  /** How many training images, from the first on; all 60,000 unless given. */
  readonly trainLimit?: number | undefined;
  /** How many test images, from the first on; all 10,000 unless given. */
  readonly testLimit?: number | undefined;
}

const settings = z.object({ ...locateSettings, ...limitSettings });

/**
 * MNIST with grey levels in [0, 1]. All of it takes 220 MB; the bytes of a part are let go once they are converted.
 *
 * @throws as `readDatasetFile`, or where a limit is more than there is.
 */
export async function loadMnist(options: MnistOptions = {}): Promise<{ train: LabelledImages; test: LabelledImages }> {
  return bothParts(loadMnistRaw, IDX_PIXELS, checkSettings('data: loadMnist', settings, options));
}

/**
 * One part of MNIST as the bytes of its files, a quarter of the size of `loadMnist`'s.
 *
 * @param limit how many images, from the first on; all unless given.
 * @throws as `loadMnist`.
 */
export async function loadMnistRaw(
  part: 'train' | 'test',
  limit?: number,
  options: LocateOptions = {},
): Promise<RawImages> {
  return readIdxImages(mnist, part, { ...options, limit });
}
