import type { Batch } from './batch.ts';

/** Nodes in blocks that are worked on one after another. */
export interface NodeBlocks {
  readonly parts: readonly Int32Array[];
  /** Batches of blocks that, with what is around them, have the most nodes and the most edges. */
  readonly largest: readonly Batch[];
}

/**
 * Blocks of nodes that have, with those around them, about `most` nodes; more where a single node has more around it. Each block is sized by itself, so the
 * neighbours of one node don't make the blocks of others small.
 * @param around the batch of a block
 */
export function nodeBlocks(nodes: Int32Array, most: number, around: (part: Int32Array) => Batch): NodeBlocks {
  const blocks = blocksWithin(nodes, most, around);
  // All blocks share the room of the largest, so each takes the time of that one: the others may as well have as many.
  return blocks.limit > most ? blocksWithin(nodes, blocks.limit, around) : blocks;
}

/** Blocks within a limit, which becomes what the node has around it that has the most, where that is more. */
function blocksWithin(nodes: Int32Array, most: number, around: (part: Int32Array) => Batch) {
  const parts: Int32Array[] = [];
  let largest: readonly Batch[] = [];
  let limit = most;
  let size = most;
  for (let at = 0; at < nodes.length; ) {
    const part = nodes.subarray(at, at + Math.min(size, limit));
    const batch = around(part);
    if (batch.nodes.length > limit && part.length > 1) {
      size = Math.ceil(part.length / 2);
      continue;
    }
    limit = Math.max(limit, batch.nodes.length);
    parts.push(part);
    // Batches are let go but for those whose sizes count.
    const kept = [...largest, batch];
    largest = [largestBy(kept, (each) => each.nodes.length), largestBy(kept, (each) => each.columns.length)];
    at += part.length;
    size = 2 * part.length;
  }
  return { parts, largest, limit };
}

const largestBy = (batches: readonly Batch[], size: (batch: Batch) => number): Batch =>
  batches.reduce((a, b) => (size(b) > size(a) ? b : a));
