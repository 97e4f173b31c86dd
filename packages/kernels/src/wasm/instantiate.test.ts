import { afterEach, describe, expect, it, vi } from 'vitest';
import { webAssembly } from './platform.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The package as it loads in a runtime whose WebAssembly is `api`. */
async function loadWith(api: unknown) {
  vi.resetModules();
  vi.stubGlobal('WebAssembly', api);
  return import('../index.ts');
}

/** WebAssembly that refuses to compile, as a runtime without SIMD does. */
const withoutSimd = {
  Memory: webAssembly().Memory,
  Module: class {
    constructor() {
      throw new Error('invalid value type s128');
    }
  },
};

describe('a runtime without SIMD', () => {
  it('runs the scalar twins over an arena', async () => {
    const { Arena, createKernels } = await loadWith(withoutSimd);
    const arena = new Arena();
    const kernels = createKernels(arena);
    const x = arena.alloc('float32', 3);
    x.data.set([1, 2, 2]);
    expect(kernels.engine).toBe('scalar');
    expect(kernels.norm2(x.data)).toBe(3);
  });

  it('says so where wasm was asked for', async () => {
    const { Arena, createKernels, createRandom } = await loadWith(withoutSimd);
    const message = /kernels: engine 'wasm' needs WebAssembly with 128-bit SIMD/;
    expect(() => createKernels(new Arena(), { engine: 'wasm' })).toThrow(message);
    expect(() => createRandom(1, { engine: 'wasm' })).toThrow(message);
  });
});

describe('a runtime without WebAssembly', () => {
  it('has the same random numbers', async () => {
    const { createRandom } = await import('../index.ts');
    const expected = createRandom(1).normal(new Float32Array(50));
    const without = await loadWith(undefined);
    expect(without.createRandom(1).normal(new Float32Array(50))).toEqual(expected);
  });

  it('has no arena and says so', async () => {
    const { Arena } = await loadWith(undefined);
    expect(() => new Arena()).toThrow(/kernels: this runtime has no WebAssembly/);
  });
});
