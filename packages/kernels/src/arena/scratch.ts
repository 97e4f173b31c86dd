import type { Arena } from './arena.ts';
import type { Block } from './block.ts';

/** Memory that kernels work in between the beginning and the end of one call. */
export interface Scratch {
  /** The address of `bytes` bytes with any content. May grow the arena, so take the addresses of arrays before. */
  reserve(bytes: number): number;
}

/** Scratch in `arena`: none at first, then one block that is replaced when a call asks for more. */
export function createScratch(arena: Arena): Scratch {
  let block: Block | undefined;
  return {
    reserve(bytes) {
      if (!block || block.byteLength < bytes) {
        block?.free();
        block = undefined;
        block = arena.alloc('uint8', bytes);
      }
      return block.byteOffset;
    },
  };
}
