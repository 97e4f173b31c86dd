import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFloat, arraysOf, shift } from '../../test/arbitraries.ts';
import { inArena, scalar, wasm } from '../../test/twins.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('maxAbs', () => {
  it('is the same in wasm and in the twin', () => {
    fc.assert(
      fc.property(arraysOf(1, anyFloat), shift, ([x], by) => {
        inArena([x!], by, (xs) => expect(wasm.maxAbs(xs)).toBe(scalar.maxAbs(x!)));
      }),
    );
  });

  it('is the largest magnitude, whatever its sign', () => {
    const x = Float32Array.of(1, -7, 3, 0, 0, 0, 0, 0, 5);
    inArena([x], 0, (x) => expect(wasm.maxAbs(x)).toBe(7));
  });

  it('is NaN when there is a NaN, even beside infinity', () => {
    inArena([Float32Array.of(infinity, nan, 1)], 0, (x) => expect(wasm.maxAbs(x)).toBeNaN());
    expect(scalar.maxAbs(Float32Array.of(nan, infinity))).toBeNaN();
  });
});

describe('firstNonFinite', () => {
  it('finds the first of several at any position', () => {
    const position = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(position, position, fc.constantFrom(nan, infinity, -infinity), shift, (at, other, bad, by) => {
        const x = new Float32Array(41).fill(3e38);
        x[at] = bad;
        x[other] = nan;
        const first = Math.min(at, other);
        expect(scalar.firstNonFinite(x)).toBe(first);
        inArena([x], by, (x) => {
          expect(wasm.firstNonFinite(x)).toBe(first);
          expect(wasm.allFinite(x)).toBe(false);
        });
      }),
    );
  });

  it('is -1 when all are finite', () => {
    const x = new Float32Array(41).fill(-3e38);
    inArena([x], 0, (x) => {
      expect(wasm.firstNonFinite(x)).toBe(-1);
      expect(wasm.allFinite(x)).toBe(true);
    });
    expect(scalar.allFinite(x)).toBe(true);
  });
});
