import type { Runtime } from '@unbraid/graph';
import { createSynchronizer, type Synchronizer } from '../synchronizer.ts';
import { type LeafVectors, sizeOfVectors } from '../weight-vectors.ts';

/**
 * As `createSynchronizer`, of sizes: for each weight vector the r-th smallest of its first absolute values goes where the entry of the r-th smallest
 * absolute value is, with that entry's sign.
 */
export function createSignedSynchronizer(
  runtime: Pick<Runtime, 'arena' | 'kernels'>,
  vectors: readonly LeafVectors[],
  initial: Float32Array,
): Synchronizer {
  const sizes = createSynchronizer(runtime, vectors, magnitudes(initial));
  return {
    ...sizes,
    synchronize(params) {
      const signs = vectors.map((leaf) => partOf(params, leaf).map(Math.sign));
      for (const leaf of vectors) {
        const part = partOf(params, leaf);
        for (let i = 0; i < part.length; i++) part[i] = Math.abs(part[i]!);
      }
      sizes.synchronize(params);
      for (const [at, leaf] of vectors.entries()) {
        const part = partOf(params, leaf);
        for (let i = 0; i < part.length; i++) if (signs[at]![i]! < 0) part[i] = -part[i]!;
      }
    },
  };
}

/** A copy without signs. */
export const magnitudes = (values: Float32Array): Float32Array => values.map(Math.abs);

const partOf = (params: Float32Array, leaf: LeafVectors) =>
  params.subarray(leaf.offset, leaf.offset + sizeOfVectors(leaf));
