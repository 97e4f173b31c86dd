/** An array of numbers that grows by half as it fills, so that how many there are need not be known. */
export interface Growing<A extends Float32Array | Int32Array> {
  push(value: number): void;
  /** A copy of what was pushed, and no more. */
  finish(): A;
}

export function createGrowing<A extends Float32Array | Int32Array>(create: (length: number) => A): Growing<A> {
  let values = create(64);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const larger = create(Math.ceil(length * 1.5));
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    finish: () => values.slice(0, length) as A,
  };
}
