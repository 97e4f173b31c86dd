/** Entries of the first block, and of the largest. */
const SMALLEST = 8;
const LARGEST = 2 ** 14;

/** Numbers of a column, in blocks, so that how many there will be need not be known and none are moved as they grow. */
export interface Growing<A extends Float64Array | Int32Array> {
  push(value: number): void;
  readonly length: number;
  /** All of them in one array; it is empty afterwards. */
  take(): A;
}

export function createGrowing<A extends Float64Array | Int32Array>(create: (length: number) => A): Growing<A> {
  let full: A[] = [];
  let before = 0;
  // Of many columns of few rows most memory is that of empty blocks.
  let block = create(0);
  let used = 0;
  return {
    push(value) {
      if (used === block.length) {
        if (used > 0) full.push(block);
        before += used;
        block = create(Math.min(LARGEST, Math.max(SMALLEST, before)));
        used = 0;
      }
      block[used++] = value;
    },
    get length() {
      return before + used;
    },
    take() {
      const all = create(before + used);
      let at = 0;
      for (const each of full) {
        all.set(each, at);
        at += each.length;
      }
      all.set(block.subarray(0, used), at);
      full = [];
      before = 0;
      used = 0;
      return all;
    },
  };
}
