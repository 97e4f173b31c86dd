import type { Arena, Block } from '@unbraid/kernels';

/** Room for a kernel during a call. */
export interface Scratch {
  /** `length` float32 of any content, which the next kernel that runs may write over. Take them at each use. */
  floats(length: number): Float32Array;
  release(): void;
}

interface Entry {
  block: Block<Float32Array<ArrayBuffer>>;
  users: number;
}

const byArena = new WeakMap<Arena, Entry>();

/** Room in the arena for calls that use up to `length` float32. All that ask share it, since one kernel runs at a time. */
export function shareScratch(arena: Arena, length: number): Scratch {
  const known = byArena.get(arena);
  const entry = known ?? { block: arena.alloc('float32', length), users: 0 };
  byArena.set(arena, entry);
  entry.users++;
  if (entry.block.data.length < length) {
    entry.block.free();
    entry.block = arena.alloc('float32', length);
  }
  return {
    floats: (count) => entry.block.data.subarray(0, count),
    release() {
      if (--entry.users > 0) return;
      byArena.delete(arena);
      entry.block.free();
    },
  };
}
