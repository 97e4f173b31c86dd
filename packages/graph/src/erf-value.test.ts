import { expect, test } from 'vitest';
import { erfValue } from './erf-value.ts';

// Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1.
const table = [
  [0.02, 0.0225645747],
  [0.5, 0.5204998778],
  [1, 0.8427007929],
  [1.5, 0.966105146],
  [2, 0.995322265],
] as const;

test.each(table)('erf %d is %d to the ten digits of the table, and odd', (x, value) => {
  expect(erfValue(x)).toBeCloseTo(value, 9);
  expect(erfValue(-x)).toBe(-erfValue(x));
});

test('is 0 at 0, 1 from 6 on and NaN at NaN', () => {
  expect([0, 6, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(erfValue)).toEqual([0, 1, 1, -1]);
  expect(erfValue(Number.NaN)).toBeNaN();
});

test('rises everywhere, also where the series ends', () => {
  for (let x = 0; x < 6.5; x += 0.01) expect(erfValue(x + 0.01)).toBeGreaterThanOrEqual(erfValue(x) - 1e-14);
});
