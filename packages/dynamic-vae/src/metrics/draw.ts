import type { Random } from '@unbraid/kernels';

const WORDS = 4096;

/**
 * Gives whole numbers from 0 to n − 1, many of them quickly: words are drawn in blocks, one for each number. A number is likelier than another by at most
 * n / 2³².
 */
export function drawer(random: Random): (n: number) => number {
  const words = new Uint32Array(WORDS);
  let next = WORDS;
  return (n) => {
    if (next === WORDS) {
      random.bits(words);
      next = 0;
    }
    return Math.floor((words[next++]! / 2 ** 32) * n);
  };
}
