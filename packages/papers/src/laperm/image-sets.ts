import { loadCifar10, loadMnist, type Matrix, selectRows, stratifiedSplit } from '@unbraid/data';
import { UsageError } from '@unbraid/experiment';
import type { Random } from '@unbraid/kernels';
import { z } from 'zod';

/** Images as rows, brightnesses in [0, 1], and their classes. */
export interface Images {
  readonly x: Matrix;
  readonly y: Int32Array;
}

export interface ImageSets {
  readonly training: Images;
  /** Of the training images, held out: everything is chosen by them, nothing by the test images. */
  readonly validation: Images;
  readonly test: Images;
}

/** The settings that every experiment has for its images. */
export const imageSettings = {
  trainImages: z.int().min(500).max(60_000).default(60_000).describe('Training images, from the first on'),
  testImages: z.int().min(100).max(10_000).default(10_000).describe('Test images, from the first on'),
  validationImages: z
    .int()
    .min(50)
    .default(5000)
    .describe('Of the training images, how many are held out to choose by, drawn by class'),
};

export type ImageSetName = 'MNIST' | 'CIFAR-10';

export interface ImageCounts {
  /** From the first on; validation images are drawn from them. */
  readonly trainImages: number;
  /** From the first on. */
  readonly testImages: number;
  readonly validationImages: number;
}

/** @throws {UsageError} where images for validation would be more than half */
export function checkImageCounts({ trainImages, validationImages }: ImageCounts): void {
  if (validationImages > trainImages / 2) {
    throw new UsageError(
      `laperm: validationImages is ${validationImages} of ${trainImages} trainImages; it can be half of them at most`,
    );
  }
}

/** Which images, and how they are given. */
export interface WantedImages {
  readonly images: ImageSetName;
  /** Less the mean of the images trained on, pixel by pixel. Default false. */
  readonly centred?: boolean;
}

/** Loads images and draws those for validation by class. @throws {UsageError} as `checkImageCounts` */
export async function loadImageSets(
  { images: name, centred = false }: WantedImages,
  counts: ImageCounts,
  random: Random,
): Promise<ImageSets> {
  checkImageCounts(counts);
  const { trainImages, testImages, validationImages } = counts;
  const limits = { trainLimit: trainImages, testLimit: testImages };
  const load = name === 'MNIST' ? loadMnist({ ...limits, packageFrom: [import.meta.url] }) : loadCifar10(limits);
  const { train, test } = await load;
  const { chosen, rest } = stratifiedSplit(train.labels, { size: { count: validationImages }, random });
  const part = (rows: Int32Array): Images => ({
    x: selectRows(train.images, rows),
    y: rows.map((row) => train.labels[row]!),
  });
  const sets = { training: part(rest), validation: part(chosen), test: { x: test.images, y: test.labels } };
  if (centred) centre(sets);
  return sets;
}

/** Takes the mean training image from all images, in place. */
function centre({ training, validation, test }: ImageSets): void {
  const { data, rows, cols } = training.x;
  const mean = new Float64Array(cols);
  for (let at = 0; at < data.length; at++) mean[at % cols]! += data[at]! / rows;
  for (const { x } of [training, validation, test])
    for (let at = 0; at < x.data.length; at++) x.data[at]! -= mean[at % cols]!;
}
