/**
 * An integer from 0 to n − 1 from random 32-bit words. The first 2³² mod n words are drawn again, so that every
 * integer has the same number of words.
 *
 * @throws RangeError unless n is an integer from 1 to 2³²
 */
export function integerBelow(n: number, word: () => number): number {
  if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 32)) {
    throw new RangeError(`kernels: int takes an integer from 1 to 2^32, got ${n}`);
  }
  let drawn = word();
  if (drawn < n) {
    // 2³² − n as an unsigned word: the same remainder as 2³², and less than n, so most draws need no division for it.
    const excess = (-n >>> 0) % n;
    while (drawn < excess) drawn = word();
  }
  return drawn % n;
}
