import { createRandom } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import { loadImageSets } from './image-sets.ts';

const counts = { trainImages: 600, testImages: 100, validationImages: 100 };

it('validation images are drawn from the training images by class, and left out of training', async () => {
  const { training, validation, test } = await loadImageSets('MNIST', counts, createRandom(1));
  const everything = await loadImageSets('MNIST', { ...counts, validationImages: 0 }, createRandom(1));
  expect([training.x.rows, validation.x.rows, test.x.rows]).toEqual([500, 100, 100]);
  const rowsOf = ({ x, y }: typeof training) =>
    Array.from(y, (label, i) => `${label}: ${x.data.subarray(i * x.cols, (i + 1) * x.cols).join(' ')}`);
  expect([...rowsOf(training), ...rowsOf(validation)].sort()).toEqual(rowsOf(everything.training).sort());
  for (let digit = 0; digit < 10; digit++) {
    const share = (y: Int32Array) => y.filter((label) => label === digit).length / y.length;
    expect(share(validation.y)).toBeCloseTo(share(everything.training.y), 1);
  }
});

it('more validation images than half of the training images are refused', async () => {
  await expect(loadImageSets('MNIST', { ...counts, validationImages: 301 }, createRandom(1))).rejects.toThrow(
    'laperm: validationImages is 301 of 600 trainImages; it can be half of them at most',
  );
});
