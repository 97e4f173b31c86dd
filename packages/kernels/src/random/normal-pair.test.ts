import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalPair } from './normal-pair.ts';

const standard = { mean: 0, std: 1 };
const word = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.nat(1000),
  fc.nat(1000).map((below) => 2 ** 32 - 1 - below),
);

/** The Box-Muller formula in float64, but for u, which is rounded as the kernel rounds it. */
function boxMuller(wordOfU: number, wordOfAngle: number): [number, number] {
  const u = Math.fround(Math.fround(Math.fround(wordOfU) * 2 ** -32) + 2 ** -33);
  const radius = Math.sqrt(-2 * Math.log(u));
  const angle = (2 * Math.PI * wordOfAngle) / 2 ** 32;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

describe('normalPair', () => {
  it('is the formula of Box and Muller within 1.5e-6', () => {
    fc.assert(
      fc.property(word, word, (wordOfU, wordOfAngle) => {
        const [c, s] = normalPair(wordOfU, wordOfAngle, standard);
        const [cosine, sine] = boxMuller(wordOfU, wordOfAngle);
        expect(Math.abs(c - cosine)).toBeLessThan(1.5e-6);
        expect(Math.abs(s - sine)).toBeLessThan(1.5e-6);
      }),
      { numRuns: 5000 },
    );
  });

  it('is finite for the smallest and the largest word', () => {
    const quarterTurn = 2 ** 30;
    expect(normalPair(0, 0, standard)[0]).toBeCloseTo(6.76, 2);
    expect(normalPair(0, quarterTurn, standard)[1]).toBeCloseTo(6.76, 2);
    expect(normalPair(2 ** 32 - 1, 0, standard)[0]).toBeCloseTo(0, 6);
  });

  it('shifts and stretches', () => {
    const [c, s] = normalPair(123456789, 987654321, standard);
    const [c2, s2] = normalPair(123456789, 987654321, { mean: 10, std: 3 });
    expect(c2).toBeCloseTo(10 + 3 * c, 5);
    expect(s2).toBeCloseTo(10 + 3 * s, 5);
  });
});
