import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constantRate, cosineDecay, exponentialDecay, linearWarmup, stepDecay } from '../index.ts';

test.each<[() => unknown, string]>([
  [() => constantRate(Number.NaN), "nn: constantRate's rate is NaN; a finite number of at least 0 is needed"],
  [() => exponentialDecay(0.1, -1), "nn: exponentialDecay's factor is -1; a finite number of at least 0 is needed"],
  [() => stepDecay(0.1, 0.5, 0), "nn: stepDecay's every is 0; a finite number above 0 is needed"],
  [() => cosineDecay(0.1, 0), "nn: cosineDecay's epochs is 0; a finite number above 0 is needed"],
  [() => linearWarmup(2, 0.1 as never), "nn: linearWarmup's after is 0.1; a schedule is needed"],
])('what no schedule can be made of is refused, case %#', (make, message) => {
  expect(make).toThrow(message);
});

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
