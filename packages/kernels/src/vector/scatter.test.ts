import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from '../arena/arena.ts';
import { createKernels } from '../kernels.ts';

const arena = new Arena();
const kernels = createKernels(arena, { engine: 'wasm' });

const problem = fc
  .record({ rows: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 40 }) })
  .chain(({ rows, width }) =>
    fc.record({
      ...{ rows: fc.constant(rows), width: fc.constant(width) },
      indices: fc.array(fc.nat(rows - 1), { maxLength: 20 }).map((values) => Int32Array.from(values)),
    }),
  );

describe('scatterRows', () => {
  it('adds rows up where their indices say and leaves 0 elsewhere, in wasm and in the twin', () => {
    fc.assert(
      fc.property(problem, ({ rows, width, indices }) => {
        const updates = Float32Array.from({ length: indices.length * width }, (_, i) => (i % 17) - 5);
        const expected = new Float32Array(rows * width);
        indices.forEach((index, r) => {
          for (let j = 0; j < width; j++) expected[index * width + j]! += updates[r * width + j]!;
        });
        const plain = new Float32Array(rows * width).fill(7);
        kernels.scatterRows(plain, updates, width, indices);
        expect(plain).toEqual(expected);
        const blocks = [
          arena.alloc('float32', expected.length),
          arena.alloc('float32', updates.length),
          arena.alloc('int32', indices.length),
        ] as const;
        const [out, updateBlock, indexBlock] = blocks;
        out.data.fill(7);
        updateBlock.data.set(updates);
        indexBlock.data.set(indices);
        kernels.scatterRows(out.data, updateBlock.data, width, indexBlock.data);
        expect(new Float32Array(out.data)).toEqual(expected);
        for (const block of blocks) block.free();
      }),
    );
  });

  it.each([-1, 3])('names the position of index %d', (index) => {
    const out = new Float32Array(3);
    expect(() => kernels.scatterRows(out, Float32Array.of(1, 2), 1, Int32Array.of(0, index))).toThrow(
      `indices[1] is ${index}, but out has 3 rows`,
    );
    expect(out).toEqual(new Float32Array(3));
  });

  it('refuses updates of another size', () => {
    expect(() => kernels.scatterRows(new Float32Array(4), new Float32Array(3), 2, Int32Array.of(0))).toThrow(
      'rows of 2 are needed, 1 of updates',
    );
  });
});
