import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_BYTES } from '../wasm/platform.ts';
import { ALIGNMENT, Arena } from './arena.ts';
import { ArenaFullError } from './arena-full-error.ts';
import type { Block } from './block.ts';
import { arrayOfDtype, type Dtype } from './dtype.ts';

const dtypes = Object.keys(arrayOfDtype) as Dtype[];

function thrownBy(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('Arena', () => {
  it.each(dtypes)('gives %s blocks of the right array, length and alignment', (dtype) => {
    const arena = new Arena();
    arena.alloc('uint8', 3);
    const block = arena.alloc(dtype, 5);
    expect(block.data).toBeInstanceOf(arrayOfDtype[dtype]);
    expect(block.data).toHaveLength(5);
    expect(block.byteOffset % ALIGNMENT).toBe(0);
    expect(block.byteOffset).toBe(block.data.byteOffset);
    expect(block.byteLength).toBe(block.data.byteLength);
  });

  it('never lets live blocks share a byte, through growth and reuse', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES });
    const step = fc.record({ bytes: fc.integer({ min: 0, max: 30_000 }), free: fc.boolean() });
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const live: { block: Block<Uint8Array<ArrayBuffer>>; mark: number }[] = [];
      for (const [i, { bytes, free }] of steps.entries()) {
        const mark = 1 + (i % 255);
        const block = arena.alloc('uint8', bytes);
        block.data.fill(mark);
        live.push({ block, mark });
        if (free) live.splice(i % live.length, 1)[0]!.block.free();
      }
      for (const { block, mark } of live) expect(block.data.every((byte) => byte === mark)).toBe(true);
      for (const { block } of live) block.free();
      const { blocks, usedBytes, freeBytes, largestFreeBytes } = arena.stats();
      expect({ blocks, usedBytes, largestFreeBytes }).toEqual({ blocks: 0, usedBytes: 0, largestFreeBytes: freeBytes });
    });
    fc.assert(property);
    expect(arena.generation).toBeGreaterThan(0);
  });

  it('gives zeros, also where a freed block was', () => {
    const arena = new Arena();
    const first = arena.alloc('float32', 100);
    const { byteOffset } = first;
    first.data.fill(7);
    first.free();
    const second = arena.alloc('float32', 200);
    expect(second.byteOffset).toBe(byteOffset);
    expect(second.data.every((value) => value === 0)).toBe(true);
  });

  it('grows on demand, makes views anew and keeps their contents', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES });
    const block = arena.alloc('float32', 10);
    block.data[3] = 1.5;
    const stale = block.data;
    const { generation } = arena;
    arena.alloc('float32', PAGE_BYTES);
    expect(arena.generation).toBe(generation + 1);
    expect(stale).toHaveLength(0);
    expect(block.data[3]).toBe(1.5);
    expect(block.data.buffer).toBe(arena.buffer);
  });

  it('keeps views of shared memory when it grows', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES, shared: true });
    const block = arena.alloc('float32', 10);
    const before = block.data;
    before[3] = 1.5;
    const late = arena.alloc('float32', PAGE_BYTES);
    expect(arena.generation).toBe(1);
    expect(block.data).toBe(before);
    expect(before).toHaveLength(10);
    expect(before.buffer).not.toBe(arena.buffer);
    expect([before, late.data].map((view) => arena.has(view))).toEqual([true, true]);
    // The same bytes by the old buffer and by the new one.
    expect(new Float32Array(arena.buffer, before.byteOffset, 10)[3]).toBe(1.5);
    block.free();
    expect(() => block.data).toThrow('was freed');
  });

  it('says whether it is shared, and what lies in it', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES });
    expect([arena.shared, new Arena({ shared: true }).shared]).toEqual([false, true]);
    const view = arena.alloc('float32', 10).data;
    expect([arena.has(view), arena.has(new Float32Array(10)), arena.has(new Arena().alloc('uint8', 1).data)]).toEqual([
      true,
      false,
      false,
    ]);
    arena.alloc('float32', PAGE_BYTES);
    expect(arena.has(view)).toBe(false);
  });

  it('returns the same view as long as the memory does not grow', () => {
    const block = new Arena().alloc('int32', 4);
    expect(block.data).toBe(block.data);
  });

  it('takes an address above 2 GiB', () => {
    const arena = new Arena();
    arena.alloc('uint8', 2 ** 31);
    const high = arena.alloc('uint32', 4);
    high.data[0] = 1;
    expect(high.byteOffset).toBeGreaterThan(2 ** 31);
    expect(high.data[0]).toBe(1);
  });

  it('says what was asked for, what is in use and what to do when it is full', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES, maximumBytes: 2 * PAGE_BYTES });
    arena.alloc('uint8', PAGE_BYTES);
    const before = arena.stats();
    const error = thrownBy(() => arena.alloc('float32', 20_000));
    expect(error).toBeInstanceOf(ArenaFullError);
    expect(error.message).toMatch(
      /^kernels: the arena has no room for 20000 float32 \(78\.1 KiB\): 64\.0 KiB in use by 1 block, .* largest free run 63\.9 KiB, maximum 128\.0 KiB, and it is at its maximum; free blocks/,
    );
    expect((error as ArenaFullError).askedBytes).toBe(80_000);
    expect(arena.stats()).toEqual(before);
  });

  it('says so when the system refuses to grow the memory', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES });
    arena.memory.grow = () => {
      throw new RangeError('no memory');
    };
    expect(() => arena.alloc('float32', PAGE_BYTES)).toThrow(/the system refused to grow it/);
    expect(arena.alloc('float32', 10).data).toHaveLength(10);
  });

  it('grows by what is needed where the system refuses more', () => {
    const arena = new Arena({ initialBytes: 100 * PAGE_BYTES });
    const { memory } = arena;
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      if (pages > 1) throw new RangeError('no memory');
      return grow(pages);
    };
    arena.alloc('uint8', 100 * PAGE_BYTES - ALIGNMENT);
    expect(arena.alloc('uint8', 100).data).toHaveLength(100);
    expect(arena.stats().totalBytes).toBe(101 * PAGE_BYTES);
  });

  it('refuses a block that was freed, both to read and to free again', () => {
    const block = new Arena().alloc('float64', 8);
    block.free();
    expect(() => block.data).toThrow(
      'kernels: this block of 8 float64 was freed; its bytes may belong to another block',
    );
    expect(() => block.free()).toThrow('kernels: this block of 8 float64 was freed before; free a block once');
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses a length of %d', (length) => {
    expect(() => new Arena().alloc('float32', length)).toThrow(/a block's length is a non-negative integer/);
  });

  it.each([
    { initialBytes: 0 },
    { initialBytes: 200, maximumBytes: 100 },
    { maximumBytes: 2 ** 33 },
    { maximumBytes: Number.NaN },
  ])('refuses the sizes %o', (options) => {
    expect(() => new Arena(options)).toThrow(/kernels: an arena takes 0 < initialBytes <= maximumBytes/);
  });

  it('starts no larger than it may grow', () => {
    expect(new Arena({ maximumBytes: PAGE_BYTES }).stats()).toMatchObject({
      totalBytes: PAGE_BYTES,
      maximumBytes: PAGE_BYTES,
    });
  });

  it('remembers the most that was in use', () => {
    const arena = new Arena();
    arena.alloc('uint8', 1000).free();
    arena.alloc('uint8', 10);
    expect(arena.stats()).toMatchObject({ blocks: 1, usedBytes: 64, peakBytes: 1024 });
  });
});
