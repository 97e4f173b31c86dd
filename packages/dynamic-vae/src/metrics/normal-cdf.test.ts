import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf } from './normal-cdf.ts';

test.each([
  [0, 0.5],
  [1, 0.841344746068543],
  [-1.959963984540054, 0.025],
  [2.999, 0.9986456634662729],
  [3, 0.99865010196837],
  [-5, 2.866515718791939e-7],
  [Number.POSITIVE_INFINITY, 1],
  [Number.NEGATIVE_INFINITY, 0],
])('the distribution of the standard normal at %d', (x, expected) => {
  expect(Math.abs(normalCdf(x) - expected)).toBeLessThan(1e-9);
});

test('far out, the tail keeps its digits', () => {
  expect(normalCdf(-5) / 2.866515718791939e-7).toBeCloseTo(1, 9);
  expect(normalCdf(-8) / 6.220960574271785e-16).toBeCloseTo(1, 9);
});

test('it rises, is symmetric, and its slope is the density', () => {
  const places = fc.double({ min: -7, max: 7, noNaN: true });
  fc.assert(
    fc.property(places, (x) => {
      expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 12);
      const slope = (normalCdf(x + 1e-4) - normalCdf(x - 1e-4)) / 2e-4;
      expect(slope).toBeCloseTo(Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI), 6);
    }),
  );
});
