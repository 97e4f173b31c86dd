import { InputError } from '@unbraid/checks';
/**
 * An integer from 0 to n − 1 from random 32-bit words. The first 2³² mod n words are drawn again, so that every
 * integer has the same number of words.
 *
 * @throws InputError unless n is an integer from 1 to 2³² − 1
 */
export function integerBelow(n: number, word: () => number): number {
  if (!(Number.isInteger(n) && n >= 1 && n < 2 ** 32)) {
    throw new InputError('setting', `kernels: int takes an integer from 1 to 2^32 - 1, got ${n}`);
  }
  // Told that both sides are unsigned words, the compiler divides integers, which is three times faster than % on doubles.
  const count = n >>> 0;
  let drawn = word() >>> 0;
  if (drawn < count) {
    // 2³² − n as an unsigned word: the same remainder as 2³². It is less than n, so most draws need no division for it.
    const excess = (-count >>> 0) % count;
    while (drawn < excess) drawn = word() >>> 0;
  }
  return drawn % count;
}
