import type { SavedState } from '@unbraid/nn';
import type { VaeCheckpoint } from '../src/index.ts';

/** A checkpoint that keeps what a file would. */
export function memoryCheckpoint(everySteps?: number): VaeCheckpoint & { readonly saves: SavedState[] } {
  const saves: SavedState[] = [];
  return {
    saves,
    ...(everySteps !== undefined && { everySteps }),
    load: async () => structuredClone(saves.at(-1)),
    async save(state) {
      saves.push(structuredClone(state));
    },
  };
}
