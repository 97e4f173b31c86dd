import { Arena } from '../src/arena/arena.ts';
import { createKernels, type Kernels } from '../src/kernels.ts';

const arena = new Arena();

/** The wasm kernels over one arena that all tests of a file share. */
export const wasm: Kernels = createKernels(arena, { engine: 'wasm' });

/** The scalar twins. */
export const scalar: Kernels = createKernels(arena, { engine: 'scalar' });

/**
 * Runs `use` on copies of `arrays` in the arena, each `shift` entries past a 64-byte boundary, and then returns what is in
 * the copies.
 */
export function inArena<const A extends readonly Float32Array[]>(
  arrays: A,
  shift: number,
  use: (...copies: { -readonly [I in keyof A]: Float32Array }) => unknown,
): Float32Array[] {
  const blocks = arrays.map((array) => arena.alloc('float32', array.length + shift));
  const copies = blocks.map((block) => block.data.subarray(shift));
  for (const [i, copy] of copies.entries()) copy.set(arrays[i]!);
  use(...(copies as { -readonly [I in keyof A]: Float32Array }));
  const results = copies.map((copy) => copy.slice());
  for (const block of blocks) block.free();
  return results;
}

/** The bits of float32 numbers, with one pattern for every NaN: wasm and JavaScript may give them different payloads. */
export function bitsOf(array: Float32Array): Uint32Array {
  return new Uint32Array(array.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer);
}
