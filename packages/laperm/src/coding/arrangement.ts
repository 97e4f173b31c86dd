import { InputError } from '@unbraid/checks';
import type { RangeDecoder } from './range-decoder.ts';
import type { RangeEncoder } from './range-encoder.ts';
import { remainingOf } from './remaining.ts';

/** The distinct words of a vector, ascending, and how often each occurs. */
export interface Alphabet {
  readonly words: Uint32Array;
  readonly counts: Int32Array;
}

export function alphabetOf(vector: Uint32Array): Alphabet {
  const sorted = vector.toSorted();
  const counts = new Int32Array(sorted.length);
  let size = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[size - 1]) sorted[size++] = sorted[i]!;
    counts[size - 1]!++;
  }
  return { words: sorted.slice(0, size), counts: counts.slice(0, size) };
}

/**
 * Codes the order of a vector whose values are known. Each entry has the probability that it would have were the remaining
 * values drawn at random, so a vector of n entries with c₁, c₂, … equal ones takes log2(n! / (c₁!·c₂!·…)) bits: all
 * orders are equally likely, and none takes fewer.
 * @throws {InputError} where the vector has other values
 */
export function encodeArrangement(encoder: RangeEncoder, { words, counts }: Alphabet, vector: Uint32Array): void {
  const remaining = remainingOf(counts);
  for (const word of vector) {
    const symbol = indexOf(words, word);
    const count = symbol < 0 ? 0 : remaining.count(symbol);
    if (count === 0) throw new InputError('data', 'laperm: the vector to be coded has other values than its alphabet');
    encoder.encode(remaining.before(symbol), count, remaining.total);
    remaining.take(symbol);
  }
}

/** Reads a vector that `encodeArrangement` coded; `vector` is as long as it. */
export function decodeArrangement(decoder: RangeDecoder, { words, counts }: Alphabet, vector: Uint32Array): void {
  const remaining = remainingOf(counts);
  for (let i = 0; i < vector.length; i++) {
    const symbol = remaining.at(decoder.part(remaining.total));
    decoder.narrow(remaining.before(symbol), remaining.count(symbol));
    vector[i] = words[symbol]!;
    remaining.take(symbol);
  }
}

/** The index of `word` in ascending `words`, or −1. */
function indexOf(words: Uint32Array, word: number): number {
  let [low, high] = [0, words.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (words[middle]! < word) low = middle + 1;
    else high = middle;
  }
  return words[low] === word ? low : -1;
}
