import { expect, test } from 'vitest';
import { checkFiniteValues, firstNonFinite } from './index.ts';

test('the first entry that is not finite is found', () => {
  expect(firstNonFinite([1, 3.4e38, -0, 5e-324])).toBe(-1);
  expect(firstNonFinite(Float32Array.of(0, Number.NaN, Infinity))).toBe(1);
  expect(firstNonFinite([Number.NEGATIVE_INFINITY])).toBe(0);
});

test('it is found in every place of a float32 array, whatever else there is', () => {
  for (let length = 1; length <= 11; length++)
    for (let at = 0; at < length; at++)
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        const data = new Float32Array(length).fill(-3.4e38).fill(-value, at + 1);
        data[at] = value;
        expect(firstNonFinite(data)).toBe(at);
      }
  expect(firstNonFinite(new Float32Array(7).fill(3.4e38))).toBe(-1);
  expect(firstNonFinite(new Float32Array(0))).toBe(-1);
});

test('such entries are counted and placed', () => {
  const values = Float32Array.of(0, 0, 0, Number.NaN, Infinity, Number.NaN);
  expect(() => checkFiniteValues('galu: weights', values, 'train again')).toThrow(
    'galu: weights has 2 NaN and 1 infinite values, the first at entry 3 (counted from 0); train again',
  );
  const place = (i: number) => `row ${Math.floor(i / 2)}, column ${i % 2}`;
  expect(() => checkFiniteValues('nn: x', values, 'drop it', place)).toThrow('the first at row 1, column 1; drop it');
});
