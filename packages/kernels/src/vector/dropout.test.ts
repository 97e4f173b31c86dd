import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from '../arena/arena.ts';
import { createKernels } from '../kernels.ts';

const arena = new Arena();
const wasm = createKernels(arena, { engine: 'wasm' });
const scalar = createKernels(arena, { engine: 'scalar' });

const key = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('dropout', () => {
  it('gives the same bits in wasm as in the twin, at every length', () => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 70 });
    fc.assert(
      fc.property(values, key, key, fc.integer({ min: 0, max: 65536 }), (values, first, second, kept) => {
        const given = { keys: [first, second], kept, scale: 1.3 } as const;
        const [x, out] = [arena.alloc('float32', values.length), arena.alloc('float32', values.length)];
        x.data.set(values);
        wasm.dropout(x.data, given, out.data);
        const plain = new Float32Array(values.length);
        scalar.dropout(Float32Array.from(values), given, plain);
        expect(Float32Array.from(out.data)).toEqual(plain);
        for (const block of [x, out]) block.free();
      }),
    );
  });

  it('keeps the part that was asked for, and all or nothing at the ends', () => {
    const x = new Float32Array(100_001).fill(1);
    const out = new Float32Array(x.length);
    const sum = (kept: number) => {
      scalar.dropout(x, { keys: [7, 9], kept, scale: 1 }, out);
      return scalar.sum(out);
    };
    expect([sum(0), sum(65536)]).toEqual([0, x.length]);
    // Six standard deviations.
    expect(Math.abs(sum(16384) / x.length - 0.25)).toBeLessThan(6 * Math.sqrt((0.25 * 0.75) / x.length));
  });

  it('refuses results of another length', () => {
    const given = { keys: [0, 0], kept: 1, scale: 1 } as const;
    expect(() => scalar.dropout(new Float32Array(2), given, new Float32Array(3))).toThrow('x has 2 entries, out has 3');
  });
});
