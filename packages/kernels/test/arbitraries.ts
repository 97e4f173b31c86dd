import fc from 'fast-check';

/** Lengths around the kernels' vector and unrolling widths. */
export const length = fc.integer({ min: 0, max: 70 });

/** How many entries past a 64-byte boundary an array starts. */
export const shift = fc.integer({ min: 0, max: 5 });

/** Any float32, NaN and infinity included. */
export const anyFloat = fc.float();

/** Float32 numbers whose squares and products stay finite. */
export const tameFloat = fc.float({ min: -1000, max: 1000, noNaN: true });

/** `count` arrays of one length. */
export function arraysOf(count: number, entry: fc.Arbitrary<number>): fc.Arbitrary<Float32Array[]> {
  return length.chain((n) => fc.array(floats(n, entry), { minLength: count, maxLength: count }));
}

function floats(n: number, entry: fc.Arbitrary<number>): fc.Arbitrary<Float32Array> {
  return fc.array(entry, { minLength: n, maxLength: n }).map((values) => Float32Array.from(values));
}
