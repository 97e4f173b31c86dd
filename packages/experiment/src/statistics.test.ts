import { expect, test } from 'vitest';
import { deviation, hundredths, mean } from './statistics.ts';

test('mean and standard deviation are those of a sample', () => {
  expect(mean([2, 4, 9])).toBe(5);
  expect(deviation([2, 4, 9])).toBeCloseTo(Math.sqrt(13), 12);
  expect(deviation([3])).toBe(0);
});

test('numbers are rounded to hundredths', () => {
  expect([hundredths(12.344_999), hundredths(-0.126)]).toEqual([12.34, -0.13]);
});
