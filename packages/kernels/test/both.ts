import { expect } from 'vitest';
import { Arena } from '../src/arena/arena.ts';
import { createKernels, type Kernels } from '../src/kernels.ts';

const arena = new Arena();
/** Kernels in wasm over one arena that all tests of a file share. */
export const wasm = createKernels(arena, { engine: 'wasm' });
/** The scalar twins. */
export const scalar = createKernels(arena, { engine: 'scalar' });

type Words = Float32Array | Float64Array | Int32Array;

/** What `use` writes to arrays of the given lengths, by the wasm kernels on copies in the arena and by the twins. */
export function both(
  inputs: readonly Words[],
  lengths: readonly number[],
  use: (k: Kernels, x: never[], out: Float32Array[]) => void,
) {
  const fresh = () => lengths.map((length) => new Float32Array(length).fill(Number.NaN));
  const [plain, native] = [fresh(), fresh()];
  use(scalar, inputs as never[], plain);
  const blocks = [...inputs, ...native].map((x) =>
    arena.alloc(x instanceof Int32Array ? 'int32' : x instanceof Float64Array ? 'float64' : 'float32', x.length),
  );
  for (const [i, block] of blocks.entries()) block.data.set([...inputs, ...native][i] as never);
  const views = blocks.map(({ data }) => data);
  use(wasm, views.slice(0, inputs.length) as never[], views.slice(inputs.length) as Float32Array[]);
  const results = views.slice(inputs.length).map((view) => Float32Array.from(view as Float32Array));
  for (const block of blocks) block.free();
  for (const [i, result] of results.entries()) expect(result).toEqual(plain[i]);
  return plain;
}

/** Expects numbers to agree to 1e-5 of the largest, or of 1. */
export function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!) / scale).toBeLessThan(1e-5);
}
