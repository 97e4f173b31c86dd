import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { gaussianSample, randomLabels, randomSigns } from './random-sample.ts';

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

test('inputs have mean 0 and covariance I, signs are balanced and independent of the inputs', () => {
  const n = 20_000;
  const { x, y } = gaussianSample({ samples: n, dimension: 3, random: createRandom(7) });
  const column = (j: number) => Array.from({ length: n }, (_, i) => x.data[i * 3 + j]!);
  // Each is a mean of n numbers of variance at most 2: five standard errors.
  const tolerance = 5 * Math.sqrt(2 / n);
  for (let j = 0; j < 3; j++) {
    expect(Math.abs(mean(column(j)))).toBeLessThan(tolerance);
    expect(Math.abs(mean(column(j).map((value, i) => value * y[i]!)))).toBeLessThan(tolerance);
    for (let k = 0; k <= j; k++) {
      const other = column(k);
      const covariance = mean(column(j).map((value, i) => value * other[i]!));
      expect(Math.abs(covariance - Number(j === k))).toBeLessThan(tolerance);
    }
  }
  expect(new Set(y)).toEqual(new Set([1, -1]));
  expect(Math.abs(mean(y))).toBeLessThan(tolerance);
});

test('the same seed gives the same sample, another seed another', () => {
  const sample = (seed: number) => gaussianSample({ samples: 4, dimension: 5, random: createRandom(seed) });
  expect(sample(3)).toEqual(sample(3));
  expect(sample(3)).not.toEqual(sample(4));
});

test('labels are uniform over the classes', () => {
  const labels = randomLabels(30_000, 3, createRandom(1));
  for (const label of [0, 1, 2]) {
    const share = labels.filter((value) => value === label).length / labels.length;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / labels.length));
  }
});

test('as many signs come as are asked for', () => {
  expect(randomSigns(11, createRandom(1))).toHaveLength(11);
});

test.each([
  { samples: 0, dimension: 3 },
  { samples: 3, dimension: 0 },
  { samples: 2.5, dimension: 3 },
])('$samples samples of dimension $dimension are refused', (sizes) => {
  expect(() => gaussianSample({ ...sizes, random: createRandom(1) })).toThrow(
    /^data: gaussianSample's \w+ is .*; an integer of at least 1 is needed$/,
  );
});
