import { checkSettings, InputError, integer } from '@unbraid/checks';
import * as z from 'zod';
import { type IdxArray, parseIdx } from '../idx.ts';
import { imageCount, type LabelledImages, type RawImages, scaleImages } from '../labelled-images.ts';
import { type LocateOptions, locateSettings } from './locate.ts';
import { mnist } from './mnist.ts';
import { readDatasetFile } from './read-dataset-file.ts';

const PIXELS = 28 * 28;
const FILE_PREFIX = { train: 'train', test: 't10k' } as const;

/** Where MNIST comes from, and what of it is wanted. */
export interface MnistOptions extends LocateOptions {
  /** How many training images, from the first on; all 60,000 unless given. */
  readonly trainLimit?: number | undefined;
  /** How many test images, from the first on; all 10,000 unless given. */
  readonly testLimit?: number | undefined;
}

const settings = z.object({
  ...locateSettings,
  trainLimit: integer({ min: 0 }).optional(),
  testLimit: integer({ min: 0 }).optional(),
});

/**
 * MNIST with grey levels in [0, 1]. All of it takes 220 MB; the bytes of a part are let go once they are converted.
 *
 * @throws as `readDatasetFile`, or where a limit is more than there is.
 */
export async function loadMnist(options: MnistOptions = {}): Promise<{ train: LabelledImages; test: LabelledImages }> {
  const { trainLimit, testLimit, ...locating } = checkSettings('data: loadMnist', settings, options);
  const train = scaleImages(await loadMnistRaw('train', trainLimit, locating), PIXELS);
  const test = scaleImages(await loadMnistRaw('test', testLimit, locating), PIXELS);
  return { train, test };
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
  const read = async (kind: string) =>
    parseIdx(await readDatasetFile(mnist, `${FILE_PREFIX[part]}-${kind}`, options), `the ${part} part of MNIST`);
  const labels = bytesOf(await read('labels-idx1-ubyte'));
  const count = imageCount(limit, labels.length, `the ${part} part of MNIST`);
  const images = bytesOf(await read('images-idx3-ubyte'));
  if (count === labels.length) return { images, labels };
  // Copies, so that the rest of the files is not held.
  return { images: images.slice(0, count * PIXELS), labels: labels.slice(0, count) };
}

function bytesOf(array: IdxArray): Uint8Array {
  if (array.dtype !== 'uint8') throw new InputError('file', `data: MNIST holds bytes, its file has ${array.dtype}`);
  return array.data;
}
