import { expect, it } from 'vitest';
import { smooth } from './smooth.ts';

it('is the weighted mean of all points so far', () => {
  // Weights of 0.6 a step back, over their sum.
  const weight = 0.6;
  const y = [5, 1, 4, 2];
  const expected = y.map((_, i) => {
    const weights = y.slice(0, i + 1).map((__, j) => weight ** (i - j));
    return y.slice(0, i + 1).reduce((sum, value, j) => sum + value * weights[j]!, 0) / weights.reduce((a, b) => a + b);
  });
  for (const [i, value] of smooth(y, weight).entries()) expect(value).toBeCloseTo(expected[i]!, 12);
});

it('leaves a constant, the first point, and what isn’t finite as they are', () => {
  for (const value of smooth([3, 3, 3], 0.95)) expect(value).toBeCloseTo(3, 12);
  const y = [Number.NaN, 2, Number.POSITIVE_INFINITY, 2];
  const smoothed = smooth(y, 0.9);
  expect(smoothed.slice(0, 3)).toEqual([Number.NaN, expect.closeTo(2, 12), Number.POSITIVE_INFINITY]);
  expect(smoothed[3]).toBeCloseTo(2, 12);
  expect(smooth([1, 2], 0)).toEqual([1, 2]);
});
