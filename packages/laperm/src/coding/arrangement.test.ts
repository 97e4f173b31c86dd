import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shuffled } from '../../test/models.ts';
import { alphabetOf, decodeArrangement, encodeArrangement } from './arrangement.ts';
import { createRangeDecoder } from './range-decoder.ts';
import { createRangeEncoder } from './range-encoder.ts';

function encode(vectors: readonly Uint32Array[]): Uint8Array {
  const encoder = createRangeEncoder();
  for (const [i, vector] of vectors.entries())
    encodeArrangement(encoder, alphabetOf(shuffled(vector.slice(), i)), vector);
  return encoder.finish();
}

const word = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const vector = fc.array(word, { maxLength: 60 }).map((words) => Uint32Array.from(words));

test('vectors come back from the order of their values alone, one after the other', () => {
  fc.assert(
    fc.property(fc.array(vector, { maxLength: 8 }), (vectors) => {
      const decoder = createRangeDecoder(encode(vectors));
      for (const [i, each] of vectors.entries()) {
        const decoded = new Uint32Array(each.length);
        decodeArrangement(decoder, alphabetOf(shuffled(each.slice(), i)), decoded);
        expect(decoded).toEqual(each);
      }
    }),
  );
});

test('an alphabet has each word once, ascending, and how often it occurs', () => {
  expect(alphabetOf(Uint32Array.of(7, 2 ** 31, 7, 0, 7))).toEqual({
    words: Uint32Array.of(0, 7, 2 ** 31),
    counts: Int32Array.of(1, 3, 1),
  });
});

/** log2 n! */
const log2Factorial = (n: number): number => {
  let bits = 0;
  for (let i = 2; i <= n; i++) bits += Math.log2(i);
  return bits;
};

test.each([
  ['784 different values', 784, (i: number) => i],
  ['784 values of two kinds', 784, (i: number) => i % 3 && 1],
  ['100,000 different values', 100_000, (i: number) => i],
])('%s take no more bits than the number of their orders, but for two bytes', (_name, length, value) => {
  const words = shuffled(
    Uint32Array.from({ length }, (_, i) => value(i)),
    5,
  );
  const { counts } = alphabetOf(words);
  const bits = log2Factorial(length) - [...counts].reduce((sum, count) => sum + log2Factorial(count), 0);
  const coded = 8 * encode([words]).length;
  expect(coded).toBeLessThanOrEqual(bits + 16);
  expect(coded).toBeGreaterThanOrEqual(bits - 1);
});

test('a vector of other values is refused', () => {
  const encoder = createRangeEncoder();
  const alphabet = alphabetOf(Uint32Array.of(1, 2, 3));
  const refused = 'laperm: the vector to be coded has other values than its alphabet';
  expect(() => encodeArrangement(encoder, alphabet, Uint32Array.of(1, 1, 3))).toThrow(refused);
  expect(() => encodeArrangement(encoder, alphabet, Uint32Array.of(1, 4))).toThrow(refused);
  expect(() => encodeArrangement(encoder, alphabetOf(new Uint32Array()), Uint32Array.of(0))).toThrow(refused);
});

test('vectors share a message, so that their last bytes are paid for once', () => {
  const vectors = Array.from({ length: 50 }, (_, i) => createRandom(i).bits(new Uint32Array(64)));
  expect(8 * encode(vectors).length).toBeLessThanOrEqual(50 * log2Factorial(64) + 16);
});
