import { describe, expect, it } from 'vitest';
import { integerBelow } from './integer.ts';

/** Hands out the given words in turn. */
function wordsOf(...words: number[]): () => number {
  return () => words.shift()!;
}

describe('integerBelow', () => {
  it('draws again where a word would favour some integers', () => {
    // 2^32 = 1 mod 3, so one word is too many.
    expect(integerBelow(3, wordsOf(0, 5))).toBe(2);
    expect(integerBelow(3, wordsOf(1, 5))).toBe(1);
    // 2^32 = 2^30 mod 3·2^30, so the first 2^30 words are.
    expect(integerBelow(3 * 2 ** 30, wordsOf(2 ** 30 - 1, 2 ** 30))).toBe(2 ** 30);
  });

  it('draws once where n divides 2^32', () => {
    expect(integerBelow(1, wordsOf(0))).toBe(0);
    expect(integerBelow(2 ** 31, wordsOf(2 ** 31 + 7))).toBe(7);
  });

  it('takes the largest n', () => {
    expect(integerBelow(2 ** 32 - 1, wordsOf(0, 2 ** 32 - 1))).toBe(0);
    expect(integerBelow(2 ** 32 - 1, wordsOf(2 ** 32 - 2))).toBe(2 ** 32 - 2);
  });

  it.each([0, -1, 1.5, 2 ** 32, Number.NaN])('refuses %d', (n) => {
    expect(() => integerBelow(n, wordsOf(1))).toThrow(/kernels: int takes an integer from 1 to 2\^32 - 1/);
  });
});
