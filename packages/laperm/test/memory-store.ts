import type { CheckpointStore, SavedState } from '@unbraid/nn';

/** A checkpoint store that keeps what a file would, and shows it. */
export function memoryStore(): CheckpointStore & { readonly kept: () => SavedState } {
  let kept: SavedState | undefined;
  return {
    kept: () => kept!,
    load: async () => structuredClone(kept),
    async save(state) {
      kept = structuredClone(state);
    },
  };
}
