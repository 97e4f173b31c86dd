import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFloat, arraysOf, shift } from '../../test/arbitraries.ts';
import { bitsOf, inArena, scalar, wasm } from '../../test/twins.ts';

describe('axpby', () => {
  it('has the same bits in wasm and in the twin', () => {
    fc.assert(
      fc.property(arraysOf(2, anyFloat), anyFloat, anyFloat, shift, (arrays, a, b, by) => {
        const [x, y] = arrays as [Float32Array, Float32Array];
        const [, inWasm] = inArena([x, y], by, (x, y) => wasm.axpby(a, x, b, y));
        scalar.axpby(a, x, b, y);
        expect(bitsOf(inWasm!)).toEqual(bitsOf(y));
      }),
    );
  });

  it('adds a x to b y in place', () => {
    const y = Float32Array.of(10, 20);
    scalar.axpby(2, Float32Array.of(1, 2), 0.5, y);
    expect(y).toEqual(Float32Array.of(7, 14));
  });
});

describe('axpy', () => {
  it('adds a x to y in place', () => {
    const [x, y] = inArena([Float32Array.of(1, 2, 3, 4, 5), Float32Array.of(10, 20, 30, 40, 50)], 0, (x, y) =>
      wasm.axpy(3, x, y),
    );
    expect(x).toEqual(Float32Array.of(1, 2, 3, 4, 5));
    expect(y).toEqual(Float32Array.of(13, 26, 39, 52, 65));
  });

  it('refuses arrays of different lengths', () => {
    expect(() => wasm.axpy(1, new Float32Array(2), new Float32Array(3))).toThrow(/y has 3 entries and x has 2/);
  });
});

describe('scale', () => {
  it('has the same bits in wasm and in the twin', () => {
    fc.assert(
      fc.property(arraysOf(1, anyFloat), anyFloat, shift, ([x], a, by) => {
        const [inWasm] = inArena([x!], by, (x) => wasm.scale(x, a));
        scalar.scale(x!, a);
        expect(bitsOf(inWasm!)).toEqual(bitsOf(x!));
      }),
    );
  });

  it('multiplies every entry', () => {
    const x = Float32Array.of(1, -2, 3);
    scalar.scale(x, -2);
    expect(x).toEqual(Float32Array.of(-2, 4, -6));
  });
});

describe('fill and copy', () => {
  it('writes every entry and nothing beside it', () => {
    const [around] = inArena([new Float32Array(10)], 0, (x) => {
      wasm.fill(x.subarray(1, 9), 2);
      wasm.copy(Float32Array.of(5, 6), x.subarray(3, 5));
    });
    expect(around).toEqual(Float32Array.of(0, 2, 2, 5, 6, 2, 2, 2, 2, 0));
  });

  it('copies between parts that overlap', () => {
    const [x] = inArena([Float32Array.of(1, 2, 3, 4, 5)], 0, (x) => wasm.copy(x.subarray(0, 4), x.subarray(1, 5)));
    expect(x).toEqual(Float32Array.of(1, 1, 2, 3, 4));
  });

  it('refuses to copy into an array of another length', () => {
    expect(() => wasm.copy(new Float32Array(2), new Float32Array(3))).toThrow(/out has 3 entries and x has 2/);
  });
});
