const WORDS = 2 ** 32;

/**
 * An integer from 0 to n − 1 from random 32-bit words. Words of the last, incomplete run of n are drawn again, so
 * that every integer has the same number of words.
 *
 * @throws RangeError unless n is an integer from 1 to 2³²
 */
export function integerBelow(n: number, word: () => number): number {
  if (!(Number.isInteger(n) && n >= 1 && n <= WORDS)) {
    throw new RangeError(`kernels: int takes an integer from 1 to 2^32, got ${n}`);
  }
  const fair = WORDS - (WORDS % n);
  let drawn = word();
  while (drawn >= fair) drawn = word();
  return drawn % n;
}
