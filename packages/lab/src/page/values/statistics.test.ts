import { expect, it } from 'vitest';
import { bestOf, spreadOf } from './statistics.ts';

it('gives mean and sample deviation', () => {
  // 2, 4, 4, 4, 5, 5, 7, 9: squares about 5 sum to 32, over n − 1 = 7.
  const { mean, deviation, n } = spreadOf([2, 4, 4, 4, 5, 5, 7, 9])!;
  expect([mean, n]).toEqual([5, 8]);
  expect(deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(spreadOf([3])).toEqual({ mean: 3, deviation: undefined, n: 1 });
  expect(spreadOf([])).toBeUndefined();
});

it('doesn’t hide a seed that diverged', () => {
  expect(spreadOf([1, Number.NaN, 3])!.mean).toBeNaN();
});

it('marks the best and its ties, never NaN, infinities or what is missing', () => {
  const values = [3, 1, undefined, Number.NaN, 1, Number.NEGATIVE_INFINITY];
  expect([...bestOf(values, 'min')]).toEqual([1, 4]);
  expect([...bestOf(values, 'max')]).toEqual([0]);
  expect([...bestOf([Number.NaN, undefined], 'max')]).toEqual([]);
});
