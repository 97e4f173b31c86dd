/** Whether two arrays hold the same numbers, to the bit; `toEqual` takes seconds for a network's. */
export const sameNumbers = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.compare(
    new Uint8Array(a.buffer, a.byteOffset, a.byteLength),
    new Uint8Array(b.buffer, b.byteOffset, b.byteLength),
  ) === 0;
