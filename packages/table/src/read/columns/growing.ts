const BLOCK = 2 ** 14;

/** Numbers of a column, in blocks, so that how many there will be need not be known and none are moved as they grow. */
export interface Growing<A extends Float64Array | Int32Array> {
  push(value: number): void;
  fill(value: number, count: number): void;
  readonly length: number;
  /** All of them in one array; it is empty afterwards. */
  take(): A;
}

export function createGrowing<A extends Float64Array | Int32Array>(create: (length: number) => A): Growing<A> {
  let full: A[] = [];
  let block = create(BLOCK);
  let used = 0;
  const push = (value: number) => {
    if (used === BLOCK) {
      full.push(block);
      block = create(BLOCK);
      used = 0;
    }
    block[used++] = value;
  };
  return {
    push,
    fill(value, count) {
      for (let i = 0; i < count; i++) push(value);
    },
    get length() {
      return full.length * BLOCK + used;
    },
    take() {
      const all = create(full.length * BLOCK + used);
      for (const [i, each] of full.entries()) all.set(each, i * BLOCK);
      all.set(block.subarray(0, used), full.length * BLOCK);
      full = [];
      used = 0;
      return all;
    },
  };
}
