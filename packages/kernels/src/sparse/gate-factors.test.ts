import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gateFactor, gateFactorBackward } from './gate-factors.ts';

const float = fc.float({ min: -60, max: 60, noNaN: true });

describe('gateFactor', () => {
  it('is e^−z within ±40, and its derivative −e^−z inside', () => {
    fc.assert(
      fc.property(float, float, (z, d) => {
        const factor = gateFactor(z);
        expect(Math.abs(factor / Math.exp(-Math.max(Math.min(z, 40), -40)) - 1)).toBeLessThan(2e-7);
        expect(gateFactorBackward(z, factor, d)).toBe(Math.abs(z) < 40 ? -Math.fround(factor * d) : 0);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the product of two finite, and passes NaN on', () => {
    const [largest] = [Number.NEGATIVE_INFINITY, -1e30].map(gateFactor) as [number];
    expect(Number.isFinite(Math.fround(largest * largest))).toBe(true);
    expect(gateFactor(1e30)).toBeGreaterThan(0);
    expect(gateFactor(Number.NaN)).toBeNaN();
  });
});
