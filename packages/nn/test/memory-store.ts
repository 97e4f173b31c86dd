import type { CheckpointStore, SavedState } from '../src/index.ts';

/** A checkpoint store that keeps what a file would: bytes of arrays and JSON text. */
export function memoryStore(everyEpochs?: number): CheckpointStore & { readonly saves: () => number } {
  let kept: { readonly meta: string; readonly arrays: SavedState['arrays'] } | undefined;
  let saves = 0;
  return {
    ...(everyEpochs !== undefined && { everyEpochs }),
    saves: () => saves,
    load: async () => kept && { meta: JSON.parse(kept.meta), arrays: structuredClone(kept.arrays) },
    async save({ meta, arrays }) {
      saves++;
      kept = { meta: JSON.stringify(meta), arrays: structuredClone(arrays) };
    },
  };
}
