import { createRandom } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import { loadImageSets } from './image-sets.ts';

const counts = { trainImages: 600, testImages: 100, validationImages: 100 };

it('validation images are drawn from the training images by class, and left out of training', async () => {
  const { training, validation, test } = await loadImageSets({ images: 'MNIST' }, counts, createRandom(1));
  const everything = await loadImageSets({ images: 'MNIST' }, { ...counts, validationImages: 0 }, createRandom(1));
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
  await expect(
    loadImageSets({ images: 'MNIST' }, { ...counts, validationImages: 301 }, createRandom(1)),
  ).rejects.toThrow('laperm: validationImages is 301 of 600 trainImages; it can be half of them at most');
});

it('centred images are less the mean of those trained on, those of validation and test too', async () => {
  const load = (centred: boolean) => loadImageSets({ images: 'MNIST', centred }, counts, createRandom(1));
  const [plain, centred] = [await load(false), await load(true)];
  const { rows, cols } = plain.training.x;
  // A pixel in the middle, where digits are.
  const pixel = 14 * 28 + 14;
  const valuesOf = ({ x }: typeof plain.test) => Array.from({ length: x.rows }, (_, i) => x.data[i * cols + pixel]!);
  const mean = valuesOf(plain.training).reduce((sum, value) => sum + value / rows, 0);
  expect(mean).toBeGreaterThan(0.1);
  for (const part of ['training', 'validation', 'test'] as const) {
    const expected = valuesOf(plain[part]);
    for (const [i, value] of valuesOf(centred[part]).entries()) expect(value).toBeCloseTo(expected[i]! - mean, 5);
  }
});
