import { blockIn, type Runtime, type Scope } from '@unbraid/graph';
import type { Kernels } from '@unbraid/kernels';

/** A vector whose `data` is read anew each time, since the arena may grow. */
export interface Vector {
  readonly data: Float32Array;
}

/** Entries that are worked on at a time: the pieces of all vectors stay in the processor's cache. */
const CHUNK = 1 << 14;

/** `count` vectors in the arena, and where that is full in ordinary arrays. */
export function createVectors(scope: Scope, { arena }: Runtime, count: number, size: number): Vector[] {
  return Array.from({ length: count }, () => {
    const { maximumBytes, usedBytes } = arena.stats();
    const fits = 4 * size < maximumBytes - usedBytes - CHUNK;
    return fits ? blockIn(scope, arena.alloc('float32', size)) : { data: new Float32Array(size) };
  });
}

/** Calls `work` with the pieces of all vectors that cover the same entries. */
function eachChunk(vectors: readonly Vector[], work: (pieces: Float32Array[]) => void): void {
  const arrays = vectors.map(({ data }) => data);
  const size = arrays[0]!.length;
  for (let from = 0; from < size; from += CHUNK) {
    const to = Math.min(size, from + CHUNK);
    work(arrays.map((data) => data.subarray(from, to)));
  }
}

/** The inner products of `w` with the vectors. */
export function project(kernels: Kernels, vectors: readonly Vector[], w: Vector): Float64Array {
  const products = new Float64Array(vectors.length);
  eachChunk([w, ...vectors], ([piece, ...pieces]) => {
    pieces.forEach((other, i) => {
      products[i]! += kernels.dot(other, piece!);
    });
  });
  return products;
}

/** w ← w − Σ coefficients · vectors; returns the norm of what is left. */
export function subtract(
  kernels: Kernels,
  vectors: readonly Vector[],
  coefficients: ArrayLike<number>,
  w: Vector,
): number {
  let square = 0;
  eachChunk([w, ...vectors], ([piece, ...pieces]) => {
    pieces.forEach((other, i) => {
      kernels.axpy(-coefficients[i]!, other, piece!);
    });
    square += kernels.dot(piece!, piece!);
  });
  return Math.sqrt(square);
}

/**
 * Replaces the first vectors by combinations of all of them, in place: vector p becomes Σᵢ combinations[p][i] · vectors[i]. There
 * are at most as many combinations as vectors; vectors behind the combinations keep their values.
 */
export function combine(
  kernels: Kernels,
  vectors: readonly Vector[],
  combinations: readonly ArrayLike<number>[],
  scratch: readonly Vector[],
): void {
  eachChunk(vectors, (pieces) => {
    const sums = combinations.map((_, p) => scratch[p]!.data.subarray(0, pieces[0]!.length));
    combinations.forEach((coefficients, p) => {
      const sum = sums[p]!.fill(0);
      pieces.forEach((piece, i) => {
        kernels.axpy(coefficients[i]!, piece, sum);
      });
    });
    sums.forEach((sum, p) => {
      pieces[p]!.set(sum);
    });
  });
}

/** Small vectors for `combine`. */
export const createScratch = (scope: Scope, runtime: Runtime, count: number): Vector[] =>
  createVectors(scope, runtime, count, CHUNK);
