import type { Key } from './philox.ts';

/** Words in a group: four Philox blocks, computed in the four lanes of a vector. */
export const GROUP = 16;

/** Blocks in a group. */
export const GROUP_BLOCKS = 4;

/** A run of whole groups of a stream. */
export interface Groups {
  readonly key: Key;
  /** Index of the first group in the stream. */
  readonly first: number;
  readonly count: number;
}

/** The two words of the counter that number a group's first block. */
export function firstBlock(group: number): [low: number, high: number] {
  const block = group * GROUP_BLOCKS;
  return [block % 2 ** 32, Math.floor(block / 2 ** 32)];
}
