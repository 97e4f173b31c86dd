import {
  applyScaling,
  createMatrix,
  fitNormScaling,
  fitPca,
  loadMnist,
  type Matrix,
  pcaTransform,
  selectRows,
  stratifiedSplit,
} from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import { z } from 'zod';

/** Rows of inputs with the digit that each shows. */
export interface Digits {
  readonly x: Matrix;
  readonly labels: Int32Array;
}

export interface DigitImages {
  readonly training: Digits;
  readonly test: Digits;
}

/** The images themselves have this many inputs. */
export const PIXELS = 28 * 28;

/** The setting that chooses what `networkInputs` makes of images. */
export const inputsSetting = z
  .int()
  .min(1)
  .max(PIXELS)
  .default(50)
  .describe('Dimension d of the inputs: 784 for the pixels, fewer for so many principal components');

/** The first images of both parts of MNIST, grey levels in [0, 1]. */
export async function loadDigits(trainImages: number, testImages: number): Promise<DigitImages> {
  const limits = { trainLimit: trainImages, testLimit: testImages };
  const { train, test } = await loadMnist({ ...limits, packageFrom: [import.meta.url] });
  return {
    training: { x: train.images, labels: Int32Array.from(train.labels) },
    test: { x: test.images, labels: Int32Array.from(test.labels) },
  };
}

/** Puts `count` validation images, drawn by class, behind the others: both parts are then runs of rows. */
export function validationLast({ x, labels }: Digits, count: number, random: Random): Digits {
  const { chosen, rest } = stratifiedSplit(labels, { size: { count }, random });
  const order = Int32Array.from([...rest, ...chosen]);
  return { x: selectRows(x, order), labels: order.map((row) => labels[row]!) };
}

/** Rows `from` up to `to`, as views. */
export function rowsOf({ x, labels }: Digits, from: number, to: number): Digits {
  const part = createMatrix(to - from, x.cols, x.data.subarray(from * x.cols, to * x.cols));
  return { x: part, labels: labels.subarray(from, to) };
}

/** The axes hardly change with more images, and the covariance of all 60,000 takes longer than training on them. */
const PCA_IMAGES = 5000;

/**
 * What networks are given of images: centred, mean norm √d, and a column of ones, which gives neurons and gates a bias.
 * Means, axes and scale are those of the training images.
 * @param dimension d: below 784 the first d principal components, from 5,000 images; else the pixels
 */
export function networkInputs({ training, test }: DigitImages, dimension: number): DigitImages {
  let [trainX, testX] = [training.x, test.x];
  if (dimension < PIXELS) {
    const pca = fitPca(rowsOf(training, 0, Math.min(training.x.rows, PCA_IMAGES)).x, dimension);
    [trainX, testX] = [pcaTransform(pca, trainX), pcaTransform(pca, testX)];
  }
  const scaling = fitNormScaling(trainX);
  const prepare = (x: Matrix) => withOnes(applyScaling(scaling, x));
  return {
    training: { x: prepare(trainX), labels: training.labels },
    test: { x: prepare(testX), labels: test.labels },
  };
}

function withOnes({ data, rows, cols }: Matrix): Matrix {
  const x = createMatrix(rows, cols + 1);
  for (let i = 0; i < rows; i++) {
    x.data.set(data.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
    x.data[i * (cols + 1) + cols] = 1;
  }
  return x;
}
