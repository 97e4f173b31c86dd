import type { Runtime } from '@unbraid/graph';
import { crc32OfFloats } from './checkpoint/crc32.ts';
import { type LeafVectors, sizeOfVectors } from './weight-vectors.ts';

/** θ_sorted: the first values of all weight vectors, each ascending, and how parameters get them back. */
export interface Synchronizer {
  /** For each weight vector: puts the r-th smallest of its first values where the entry ranked r is. */
  synchronize(params: Float32Array): void;
  /** A checksum of the sorted first values: the same for the same weight vectors and first values. */
  readonly fingerprint: number;
  release(): void;
}

export function createSynchronizer(
  { arena, kernels }: Pick<Runtime, 'arena' | 'kernels'>,
  vectors: readonly LeafVectors[],
  initial: Float32Array,
): Synchronizer {
  const block = arena.alloc(
    'float32',
    vectors.reduce((sum, leaf) => sum + sizeOfVectors(leaf), 0),
  );
  const forEachLeaf = (visit: (leaf: LeafVectors, sorted: Float32Array) => void) => {
    let at = 0;
    for (const leaf of vectors) {
      const end = at + sizeOfVectors(leaf);
      visit(leaf, block.data.subarray(at, end));
      at = end;
    }
  };
  forEachLeaf((leaf, sorted) => kernels.sortVectors(initial, leaf, sorted));
  return {
    synchronize: (params) => forEachLeaf((leaf, sorted) => kernels.permuteByRank(params, leaf, sorted)),
    fingerprint: crc32OfFloats(block.data),
    release: () => block.free(),
  };
}
