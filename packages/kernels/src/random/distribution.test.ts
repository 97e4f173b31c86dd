import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, uniform } from './distribution.ts';

describe('uniform', () => {
  it('never exceeds the largest float32 below its end', () => {
    const bound = fc.float({ min: -(2 ** 100), max: 2 ** 100, noNaN: true });
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        fc.pre(a !== b);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const distribution = uniform(low, high) as { largest: number };
        expect(distribution.largest).toBeLessThan(high);
        expect(distribution.largest).toBeGreaterThanOrEqual(low);
        const middle = Math.fround((distribution.largest + high) / 2);
        expect(middle === distribution.largest || middle === high).toBe(true);
      }),
    );
  });

  it.each([
    [1, 1],
    [2, 1],
    [1, 1 + 1e-12],
    [0, Number.POSITIVE_INFINITY],
    [-3e38, 3e38],
    [Number.NaN, 1],
  ])('refuses low %d and high %d', (low, high) => {
    expect(() => uniform(low, high)).toThrow(/kernels: uniform takes finite low < high that differ as float32/);
  });
});

describe('normal', () => {
  it.each([
    [0, -1],
    [0, Number.NaN],
    [Number.POSITIVE_INFINITY, 1],
  ])('refuses mean %d and std %d', (mean, std) => {
    expect(() => normal(mean, std)).toThrow(/kernels: normal takes a finite mean and a finite std >= 0/);
  });
});
