import { checkSettings } from '@unbraid/checks';
import * as z from 'zod';
import { CIFAR10_PIXELS, parseCifar10 } from '../cifar10.ts';
import { joined } from '../joined.ts';
import { imageCount, type LabelledImages, type RawImages } from '../labelled-images.ts';
import { bothParts, limitSettings } from './both-parts.ts';
import { cifar10 } from './cifar10.ts';
import { type LocateOptions, locateSettings } from './locate.ts';
import { readDatasetFiles } from './read-dataset-file.ts';

const FILES = {
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  test: ['test_batch.bin'],
} as const;
const IMAGES_PER_FILE = 10_000;

/** Where CIFAR-10 comes from, and what of it is wanted. */
export interface Cifar10Options extends LocateOptions {
  /** How many training images, from the first on; all 50,000 unless given. */
  readonly trainLimit?: number | undefined;
  /** How many test images, from the first on; all 10,000 unless given. */
  readonly testLimit?: number | undefined;
}

const settings = z.object({ ...locateSettings, ...limitSettings });

/**
 * CIFAR-10 with brightnesses in [0, 1]; a row is an image's red, green and blue planes, [3, 32, 32] row-major. All of it
 * takes 740 MB.
 *
 * @throws as `readDatasetFile`, or where a limit is more than there is.
 */
export async function loadCifar10(
  options: Cifar10Options = {},
): Promise<{ train: LabelledImages; test: LabelledImages }> {
  return bothParts(loadCifar10Raw, CIFAR10_PIXELS, checkSettings('data: loadCifar10', settings, options));
}

/**
 * One part of CIFAR-10 as bytes, a quarter of the size of `loadCifar10`'s. Only the files that hold the images asked for
 * are read.
 *
 * @param limit how many images, from the first on; all unless given.
 * @throws as `loadCifar10`.
 */
export async function loadCifar10Raw(
  part: 'train' | 'test',
  limit?: number,
  options: LocateOptions = {},
): Promise<RawImages> {
  const files = FILES[part];
  const count = imageCount(limit, files.length * IMAGES_PER_FILE, `the ${part} part of CIFAR-10`);
  const needed = files.slice(0, Math.ceil(count / IMAGES_PER_FILE));
  const contents = await readDatasetFiles(cifar10, needed, options);
  const parts = contents.map((bytes, i) =>
    parseCifar10(bytes, `${needed[i]} of CIFAR-10`, count - i * IMAGES_PER_FILE),
  );
  return { images: joined(parts.map(({ images }) => images)), labels: joined(parts.map(({ labels }) => labels)) };
}
