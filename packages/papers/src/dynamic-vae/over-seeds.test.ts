import { expect, test } from 'vitest';
import { intervalText, overSeeds, spreadText } from './over-seeds.ts';

test('the interval of a mean is Student’s', () => {
  // scipy.stats.t.interval(0.95, 2, loc=2, scale=1 / sqrt(3)) is (−0.4841, 4.4841).
  expect(overSeeds([1, 2, 3]).halfWidth).toBeCloseTo(2.48414, 4);
  // scipy.stats.t.ppf(0.975, 19) is 2.0930.
  const twenty = Array.from({ length: 20 }, (_, i) => i);
  const { deviation, halfWidth } = overSeeds(twenty);
  expect((halfWidth! * Math.sqrt(20)) / deviation).toBeCloseTo(2.093, 3);
});

test('beyond the table of quantiles they are right to 1.2e-4', () => {
  // scipy.stats.t.ppf(0.975, freedom)
  for (const [freedom, quantile] of [
    [11, 2.200985],
    [15, 2.13145],
    [30, 2.042272],
  ] as const) {
    const values = Array.from({ length: freedom + 1 }, (_, i) => i);
    const { deviation, halfWidth } = overSeeds(values);
    expect(Math.abs((halfWidth! * Math.sqrt(freedom + 1)) / deviation - quantile)).toBeLessThan(1.2e-4);
  }
});

test('one seed has no interval', () => {
  expect(overSeeds([3])).toEqual({ mean: 3, deviation: 0, halfWidth: undefined });
  expect(intervalText([3], 2)).toBe('3.00');
  expect(spreadText([3], 1)).toBe('3.0');
});

test('texts say the mean and how far it spreads', () => {
  expect(spreadText([1, 2, 3], 2)).toBe('2.00 ± 1.00');
  expect(intervalText([1, 2, 3], 1)).toBe('2.0 [-0.5, 4.5]');
});
