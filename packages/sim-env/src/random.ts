import { EnvError } from './env-error.ts';
/** A seeded source of random numbers. */
export interface Random {
  /** A number in [0, 1), a multiple of 2⁻⁵³. */
  next(): number;
  /** An integer from 0 to n − 1; n at most 2⁵³. */
  int(n: number): number;
  /** A normal number of mean 0 and standard deviation 1. */
  normal(): number;
}

/**
 * xoshiro128** 1.1 of Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2021), its four words made from
 * the seed by the finalizer of MurmurHash3 over a Weyl sequence.
 *
 * @throws EnvError unless the seed is an integer from 0 to 2⁵³ − 1
 */
export function createRandom(seed: number): Random {
  checkSeed(seed);
  let [a, b, c, d] = stateOf(seed);

  function word(): number {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  }

  const next = () => (word() >>> 5) * 2 ** -27 + (word() >>> 6) * 2 ** -53;
  return {
    next,
    int: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** @throws EnvError unless the seed is an integer from 0 to 2⁵³ − 1 */
export function checkSeed(seed: number): void {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new EnvError('setting', `sim-env: a seed is an integer from 0 to 2^53 - 1, got ${seed}`);
  }
}

/** A seed that nobody chose. */
export function freshSeed(): number {
  const [word] = globalThis.crypto.getRandomValues(new Uint32Array(1));
  return word!;
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

function stateOf(seed: number): [number, number, number, number] {
  const high = mix(Math.floor(seed / 2 ** 32));
  let weyl = ((seed % 2 ** 32) ^ high) | 0;
  const nextWord = () => {
    weyl = (weyl + 0x9e3779b9) | 0;
    return mix(weyl);
  };
  // All-zero state would stay zero; `| 1` rules it out.
  return [nextWord() | 1, nextWord(), nextWord(), nextWord()];
}

function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
