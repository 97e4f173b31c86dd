import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floats } from '../../test/graphs.ts';
import { Arena } from '../arena/arena.ts';
import { createKernels } from '../kernels.ts';

const arena = new Arena();
const wasm = createKernels(arena, { engine: 'wasm' });
const scalar = createKernels(arena, { engine: 'scalar' });

const placed = (array: Float32Array) => {
  const block = arena.alloc('float32', array.length);
  block.data.set(array);
  return block;
};

describe('gateFactors', () => {
  const arguments_ = fc.integer({ min: 1, max: 41 }).chain((n) => fc.tuple(floats(n, -60, 60), floats(n)));

  it('is e^−z within ±40, and its backward kernel the gradient, in wasm as in the twin', () => {
    fc.assert(
      fc.property(arguments_, ([z, d]) => {
        const [out, dz] = [new Float32Array(z.length), d.slice()];
        scalar.gateFactors(z, out);
        scalar.gateFactorsBackward(z, out, dz);
        for (const [i, value] of z.entries()) {
          const exact = Math.exp(-Math.max(Math.min(value, 40), -40));
          expect(Math.abs(out[i]! / exact - 1)).toBeLessThan(2e-7);
          expect(dz[i]).toBe(Math.abs(value) < 40 ? -Math.fround(out[i]! * d[i]!) : 0);
        }
        const blocks = [placed(z), placed(new Float32Array(z.length)), placed(d)];
        const [zs, factors, ds] = blocks.map(({ data }) => data) as [Float32Array, Float32Array, Float32Array];
        wasm.gateFactors(zs, factors);
        wasm.gateFactorsBackward(zs, factors, ds);
        expect([factors.slice(), ds.slice()]).toEqual([out, dz]);
        for (const block of blocks) block.free();
      }),
    );
  });

  it('keeps the product of two factors finite, and passes NaN on', () => {
    const z = Float32Array.of(Number.NEGATIVE_INFINITY, -1e30, 1e30, Number.NaN);
    const blocks = [placed(z), placed(z)];
    const [zs, out] = blocks.map(({ data }) => data) as [Float32Array, Float32Array];
    for (const [kernels, from, to] of [[wasm, zs, out] as const, [scalar, z, new Float32Array(4)] as const]) {
      kernels.gateFactors(from, to);
      expect(Number.isFinite(Math.fround(to[0]! * to[1]!))).toBe(true);
      expect(to[2]).toBeGreaterThan(0);
      expect(to[3]).toBeNaN();
    }
    for (const block of blocks) block.free();
  });

  it('refuses arrays of different lengths', () => {
    const [two, three] = [new Float32Array(2), new Float32Array(3)];
    expect(() => scalar.gateFactors(two, three)).toThrow('gateFactors takes arrays of one length');
    expect(() => scalar.gateFactorsBackward(two, two, three)).toThrow('but d has 3 entries and z has 2');
  });
});
