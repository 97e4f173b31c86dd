import { expect, test } from 'vitest';
import { correlation, deviation, hundredths, mean, median, numberIn } from './statistics.ts';

test('mean and standard deviation are those of a sample', () => {
  expect([mean([2, 4, 9]), mean(Float32Array.of(2, 4, 9)), mean([])]).toEqual([5, 5, Number.NaN]);
  expect(deviation([2, 4, 9])).toBeCloseTo(Math.sqrt(13), 12);
  expect(deviation([3])).toBe(0);
});

test('the median is the middle value, or half-way between both in the middle', () => {
  expect([median([9, 2, 4]), median([9, 2, 4, 5]), median([3]), median([])]).toEqual([4, 4.5, 3, Number.NaN]);
});

test('numbers are rounded to hundredths', () => {
  expect([hundredths(12.344_999), hundredths(-0.126)]).toEqual([12.34, -0.13]);
});

test('NaN and the infinities are numbers by their names, and no other text is one', () => {
  expect([3, 'NaN', 'Infinity', '-Infinity'].map(numberIn)).toEqual([3, Number.NaN, Infinity, -Infinity]);
  for (const other of ['3', '', 'constructor', 'toString', true, null, undefined])
    expect(numberIn(other)).toBeUndefined();
});

test('the correlation is Pearson’s', () => {
  expect(correlation([1, 2, 4], [2, 4, 8])).toBeCloseTo(1, 12);
  expect(correlation([1, 2, 3], [1, 0, 1])).toBeCloseTo(0, 12);
  expect(correlation([1, 1], [2, 3])).toBeNaN();
});
