import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFloat, arraysOf, shift, tameFloat } from '../../test/arbitraries.ts';
import { inArena, scalar, wasm } from '../../test/twins.ts';

/** Half the distance from 1 to the next float64. */
const UNIT_ROUNDOFF = 2 ** -53;

/** The exact Σ values, rounded once: doubles are integers times 2^-1074, and bigints add without error. */
function exactSum(values: readonly number[]): number {
  const scaled = values.map((value) => BigInt(value * 2 ** 100));
  return Number(scaled.reduce((total, value) => total + value, 0n)) * 2 ** -100;
}

/** Multiples of 2^-20, whose products are multiples of 2^-40, so that exactSum may scale them. */
const grid = tameFloat.map((value) => Math.round(value * 2 ** 8) * 2 ** -20);

describe('dot, norm2 and sum', () => {
  it('have the same bits in wasm and in the twins', () => {
    fc.assert(
      fc.property(arraysOf(2, anyFloat), shift, (arrays, by) => {
        const [x, y] = arrays as [Float32Array, Float32Array];
        inArena([x, y], by, (xs, ys) => {
          expect(wasm.dot(xs, ys)).toBe(scalar.dot(x, y));
          expect(wasm.norm2(xs)).toBe(scalar.norm2(x));
          expect(wasm.sum(xs)).toBe(scalar.sum(x));
        });
      }),
    );
  });

  it('stay within their documented errors', () => {
    fc.assert(
      fc.property(arraysOf(2, grid), (arrays) => {
        const [x, y] = arrays.map((array) => [...array]) as [number[], number[]];
        const products = x.map((value, i) => value * y[i]!);
        const bound = (terms: number[]) => terms.length * UNIT_ROUNDOFF * exactSum(terms.map(Math.abs));
        const dotError = Math.abs(scalar.dot(arrays[0]!, arrays[1]!) - exactSum(products));
        const sumError = Math.abs(scalar.sum(arrays[0]!) - exactSum(x));
        expect(dotError).toBeLessThanOrEqual(bound(products));
        expect(sumError).toBeLessThanOrEqual(bound(x));
      }),
    );
  });

  it('keeps what float32 sums would lose', () => {
    const x = Float32Array.of(2 ** 24, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    inArena([x], 0, (x) => expect(wasm.sum(x)).toBe(2 ** 24 + 9));
  });

  it('takes the norm of numbers whose squares are no float32', () => {
    inArena([Float32Array.of(3e38, 0), Float32Array.of(3e-45, 4e-45)], 0, (large, small) => {
      expect(wasm.norm2(large)).toBe(large[0]);
      expect(wasm.norm2(small)).toBeCloseTo(Math.hypot(small[0]!, small[1]!), 55);
      expect(wasm.norm2(small)).toBeGreaterThan(0);
    });
  });

  it('are 0 for no entries', () => {
    const none = new Float32Array(0);
    expect([wasm.dot(none, none), wasm.norm2(none), wasm.sum(none)]).toEqual([0, 0, 0]);
  });

  it('refuses arrays of different lengths', () => {
    expect(() => wasm.dot(new Float32Array(2), new Float32Array(3))).toThrow(/dot takes arrays of one length/);
  });
});
