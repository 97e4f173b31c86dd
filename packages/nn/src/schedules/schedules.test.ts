import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constantRate, cosineDecay, exponentialDecay, linearWarmup, stepDecay } from '../index.ts';

test('constantRate never changes', () => {
  expect([0, 0.5, 100].map(constantRate(0.1))).toEqual([0.1, 0.1, 0.1]);
});

test('exponentialDecay multiplies by the factor over any epoch', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 50, noNaN: true }), (epoch) => {
      const rate = exponentialDecay(1, 0.9);
      expect(rate(epoch + 1) / rate(epoch)).toBeCloseTo(0.9, 12);
    }),
  );
});

test('stepDecay stays level within each period', () => {
  expect([0, 9.99, 10, 19, 20].map(stepDecay(1, 0.5, 10))).toEqual([1, 1, 0.5, 0.5, 0.25]);
});

test('cosineDecay passes the mean halfway and stays at its end', () => {
  const rate = cosineDecay(1, 10, 0.2);
  expect(rate(0)).toBe(1);
  expect(rate(5)).toBeCloseTo(0.6, 12);
  expect(rate(10)).toBeCloseTo(0.2, 12);
  expect(rate(1000)).toBe(rate(10));
});

test('linearWarmup rises to where the schedule after it starts, then follows it', () => {
  const rate = linearWarmup(2, exponentialDecay(1, 0.5));
  expect([0, 1, 2, 3].map(rate)).toEqual([0, 0.5, 1, 0.5]);
});
