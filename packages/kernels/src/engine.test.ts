import { describe, expect, it } from 'vitest';
import { Arena } from './arena/arena.ts';
import { createEngine } from './engine.ts';
import { PAGE_BYTES } from './wasm/platform.ts';

describe('createEngine', () => {
  it('runs in wasm when every array lies in the arena', () => {
    const arena = new Arena();
    const engine = createEngine(arena, 'auto');
    const x = arena.alloc('float32', 8);
    const indices = arena.alloc('int32', 2);
    expect(engine.name).toBe('wasm');
    expect(engine.nativeFor(x.data, x.data.subarray(1), indices.data)).toBeDefined();
  });

  it('leaves arrays elsewhere to the scalar twins', () => {
    const arena = new Arena();
    const engine = createEngine(arena, 'auto');
    const inside = arena.alloc('float32', 8).data;
    const elsewhere = new Arena().alloc('float32', 8).data;
    expect(engine.nativeFor(inside, new Float32Array(8))).toBeUndefined();
    expect(engine.nativeFor(elsewhere, inside)).toBeUndefined();
  });

  it('leaves everything to the scalar twins when asked to', () => {
    const arena = new Arena();
    const engine = createEngine(arena, 'scalar');
    expect(engine.name).toBe('scalar');
    expect(engine.nativeFor(arena.alloc('float32', 8).data)).toBeUndefined();
  });

  it('refuses a view that growth of the arena detached, and takes an array that is only empty', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES });
    const engine = createEngine(arena, 'auto');
    const stale = arena.alloc('float32', 8).data;
    arena.alloc('uint8', PAGE_BYTES);
    expect(() => engine.nativeFor(stale)).toThrow(/kernels: an array is detached .* take arrays from block\.data/);
    expect(engine.nativeFor(new Float32Array(0))).toBeUndefined();
  });

  it('takes views that a shared arena gave before it grew', () => {
    const arena = new Arena({ initialBytes: PAGE_BYTES, shared: true });
    const engine = createEngine(arena, 'auto');
    const before = arena.alloc('float32', 8).data;
    arena.alloc('uint8', PAGE_BYTES);
    expect(engine.nativeFor(before)).toBeDefined();
  });
});
