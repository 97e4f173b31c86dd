import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquareDeviation } from '../../test/statistics.ts';
import { createRandom } from './create-random.ts';

describe('permutation', () => {
  it('holds every integer once', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.maxSafeInteger(), (n, seed) => {
        const order = createRandom(seed).permutation(n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it('is each order equally often', () => {
    const random = createRandom(11);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(chiSquareDeviation([...counts.values()]))).toBeLessThan(3.5);
  });

  it.each([-1, 0.5, 2 ** 31 + 1])('refuses %d', (n) => {
    expect(() => createRandom(0).permutation(n)).toThrow(/kernels: permutation takes an integer from 0 to 2\^31/);
  });
});
