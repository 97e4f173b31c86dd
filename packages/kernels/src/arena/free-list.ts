/** A run of bytes. */
export interface Span {
  readonly offset: number;
  readonly bytes: number;
}

/** Which parts of an address space are free, as spans in order of offset that never touch each other. */
export interface FreeList {
  /** Takes `bytes` from the smallest span that holds them and returns their offset, or undefined if none does. */
  take(bytes: number): number | undefined;
  /** Gives a span back and joins it with its free neighbours. The span must not overlap a free one. */
  give(span: Span): void;
  /** The free spans in order of offset. */
  readonly spans: readonly Span[];
}

/** An empty free list; `give` it the space that it manages. */
export function createFreeList(): FreeList {
  const spans: Span[] = [];

  /** Index of the first span at or after `offset`, by bisection. */
  function position(offset: number): number {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (spans[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function bestFit(bytes: number): number {
    let best = -1;
    for (const [index, span] of spans.entries()) {
      if (span.bytes >= bytes && (best < 0 || span.bytes < spans[best]!.bytes)) best = index;
    }
    return best;
  }

  return {
    spans,
    take(bytes) {
      const index = bestFit(bytes);
      if (index < 0) return undefined;
      const { offset, bytes: available } = spans[index]!;
      const rest = available === bytes ? [] : [{ offset: offset + bytes, bytes: available - bytes }];
      spans.splice(index, 1, ...rest);
      return offset;
    },
    give({ offset, bytes }) {
      const index = position(offset);
      const before = spans[index - 1];
      const after = spans[index];
      const joinsBefore = before !== undefined && before.offset + before.bytes === offset;
      const joinsAfter = after !== undefined && offset + bytes === after.offset;
      const start = joinsBefore ? before.offset : offset;
      const end = joinsAfter ? after.offset + after.bytes : offset + bytes;
      const first = joinsBefore ? index - 1 : index;
      spans.splice(first, Number(joinsBefore) + Number(joinsAfter), { offset: start, bytes: end - start });
    },
  };
}
