import { InputError } from '@unbraid/checks';
import {
  applyScaling,
  fashionMnist,
  fitNormScaling,
  loadFashionMnist,
  loadMnist,
  locateDatasetFile,
  type Matrix,
  mnist,
  selectRows,
  stratifiedSplit,
} from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import type { Digits } from './digits.ts';

export const deepSets = ['mnist', 'fashion-mnist'] as const;
export type DeepSetName = (typeof deepSets)[number];
export const deepSetTitles: Readonly<Record<DeepSetName, string>> = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
};

/** Pixels are centred; rows have the mean norm √784. */
export interface DeepImages {
  readonly training: Digits;
  /** Of the training images: rates and epochs are chosen by them. */
  readonly validation: Digits;
  readonly test: Digits;
}

export interface DeepCounts {
  readonly trainImages: number;
  readonly validationImages: number;
  readonly testImages: number;
}

const load = { mnist: loadMnist, 'fashion-mnist': loadFashionMnist } as const;

/** Validation images are drawn by class, centre and scale are those of the training images. @throws {InputError} where the files can't be had */
export async function loadDeepImages(name: DeepSetName, counts: DeepCounts, random: Random): Promise<DeepImages> {
  const { trainImages, validationImages, testImages } = counts;
  const limits = { trainLimit: trainImages, testLimit: testImages };
  const { train, test } = await load[name]({ ...limits, packageFrom: [import.meta.url] });
  const { chosen, rest } = stratifiedSplit(train.labels, { size: { count: validationImages }, random });
  const training = selectRows(train.images, rest);
  const scaling = fitNormScaling(training);
  const part = (x: Matrix, labels: Int32Array): Digits => ({ x: applyScaling(scaling, x), labels });
  const labelsAt = (rows: Int32Array) => rows.map((row) => train.labels[row]!);
  return {
    training: part(training, labelsAt(rest)),
    validation: part(selectRows(train.images, chosen), labelsAt(chosen)),
    test: part(test.images, Int32Array.from(test.labels)),
  };
}

/** Why a data set's files can't be had, in a line, or nothing where they are here or could be downloaded. */
export async function missing(name: DeepSetName): Promise<string | undefined> {
  const dataset = { mnist, 'fashion-mnist': fashionMnist }[name];
  try {
    for (const file of dataset.files) await locateDatasetFile(dataset, file, { packageFrom: [import.meta.url] });
    return undefined;
  } catch (error) {
    if (error instanceof InputError && error.code === 'file') return error.message;
    throw error;
  }
}
