/** Numbers that grow at the end, in a typed array. */
export interface GrowingNumbers<A extends Float64Array | Uint32Array | Int32Array> {
  push(value: number): void;
  readonly length: number;
  at(index: number): number;
  /** What is there now; a view, which later growth may leave behind. */
  view(): A;
  /** That are held. */
  bytes(): number;
}

/** Begins with nothing. */
function growing<A extends Float64Array | Uint32Array | Int32Array>(make: (length: number) => A): GrowingNumbers<A> {
  let data = make(64);
  let length = 0;
  return {
    push(value) {
      if (length === data.length) {
        const larger = make(data.length * 2);
        larger.set(data);
        data = larger;
      }
      data[length++] = value;
    },
    get length() {
      return length;
    },
    at: (index) => data[index]!,
    view: () => data.subarray(0, length) as A,
    bytes: () => data.byteLength,
  };
}

export const growingFloats = () => growing((length) => new Float64Array(length));
export const growingIndexes = () => growing((length) => new Uint32Array(length));
export const growingCodes = () => growing((length) => new Int32Array(length));
