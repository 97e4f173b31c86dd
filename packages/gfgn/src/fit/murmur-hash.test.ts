import { expect, test } from 'vitest';
import { murmurHash } from './murmur-hash.ts';

// sklearn.utils.murmurhash3_32(numpy.array(…).tobytes(), 0, positive=True) of scikit-learn
test.each([
  [Int32Array.of(), 0],
  [Int32Array.of(0), 593689054],
  [Int32Array.of(1, -2, 3), 3739524355],
  [Float32Array.of(0.5, -1.25), 1787340455],
  [Float64Array.of(Math.PI), 2303256014],
] as const)("hashes are scikit-learn's, %#", (array, expected) => {
  expect(murmurHash(array)).toBe(expected);
});

test('two changed signs are told', () => {
  expect(murmurHash(Float32Array.of(1, 2, 3))).not.toBe(murmurHash(Float32Array.of(-1, -2, 3)));
});
