import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from '../arena/arena.ts';
import { createKernels } from '../kernels.ts';

const arena = new Arena();
const kernels = createKernels(arena, { engine: 'wasm' });

const problem = fc
  .record({ rows: fc.integer({ min: 1, max: 20 }), width: fc.integer({ min: 1, max: 70 }) })
  .chain(({ rows, width }) =>
    fc.record({
      rows: fc.constant(rows),
      width: fc.constant(width),
      indices: fc.array(fc.nat(rows - 1), { maxLength: 30 }).map((values) => Int32Array.from(values)),
    }),
  );

/** Row r is filled with 1000 r, 1000 r + 1, … */
function numbered(rows: number, width: number): Float32Array {
  return Float32Array.from({ length: rows * width }, (_, i) => 1000 * Math.floor(i / width) + (i % width));
}

describe('gatherRows', () => {
  it('copies the rows that the indices name, in wasm and in the twin', () => {
    fc.assert(
      fc.property(problem, ({ rows, width, indices }) => {
        const source = numbered(rows, width);
        const expected = Float32Array.from(
          [...indices].flatMap((index) => [...source.subarray(index * width, (index + 1) * width)]),
        );
        const plain = new Float32Array(expected.length);
        kernels.gatherRows(plain, source, width, indices);
        expect(plain).toEqual(expected);

        const blocks = [
          arena.alloc('float32', source.length),
          arena.alloc('float32', expected.length),
          arena.alloc('int32', indices.length),
        ] as const;
        const [sourceBlock, out, indexBlock] = blocks;
        sourceBlock.data.set(source);
        indexBlock.data.set(indices);
        kernels.gatherRows(out.data, sourceBlock.data, width, indexBlock.data);
        expect(new Float32Array(out.data)).toEqual(expected);
        for (const block of blocks) block.free();
      }),
    );
  });

  it('gathers labels, which are integers', () => {
    const out = new Int32Array(2);
    kernels.gatherRows(out, Int32Array.of(7, 8, 9), 1, Int32Array.of(2, 0));
    expect(out).toEqual(Int32Array.of(9, 7));
  });

  it.each([-1, 3])('names the position of index %d, in wasm and in the twin', (index) => {
    const message = `kernels: gatherRows: indices[1] is ${index}, but source has 3 rows`;
    const indices = Int32Array.of(0, index);
    expect(() => kernels.gatherRows(new Float32Array(4), new Float32Array(6), 2, indices)).toThrow(message);
    const [out, source, inArena] = [arena.alloc('float32', 4), arena.alloc('float32', 6), arena.alloc('int32', 2)];
    inArena.data.set(indices);
    expect(() => kernels.gatherRows(out.data, source.data, 2, inArena.data)).toThrow(message);
  });

  it('refuses sizes that do not fit', () => {
    const gather = (out: number, source: number, width: number, count: number) => () =>
      kernels.gatherRows(new Float32Array(out), new Float32Array(source), width, new Int32Array(count));
    expect(gather(4, 5, 2, 2)).toThrow(/source has 5 entries, which is not a whole number of rows of 2/);
    expect(gather(3, 6, 2, 2)).toThrow(/out has 3 entries; 2 rows of 2 take 4/);
    expect(gather(0, 6, 0, 2)).toThrow(/a width of at least 1, got 0/);
  });
});
