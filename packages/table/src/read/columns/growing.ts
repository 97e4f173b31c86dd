/** Entries of the first block, and of the largest. */
const SMALLEST = 64;
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
  let block = create(SMALLEST);
  let used = 0;
  return {
    push(value) {
      if (used === block.length) {
        full.push(block);
        before += used;
        block = create(Math.min(LARGEST, before));
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
