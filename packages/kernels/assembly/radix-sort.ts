import { entryOf, keyOfEntry } from './order';
import { toStarts } from './starts';

const DIGIT_BITS = 8;
const DIGITS = 4;
const RADIX: usize = 256;
const COUNT_BYTES: usize = RADIX * 4;

/** Bytes of the counters of a radix sort. */
export const RADIX_COUNT_BYTES: usize = DIGITS * COUNT_BYTES;

/**
 * Sorts the entries of n ≥ 1 numbers by their keys, least significant digit first; digits that all keys share are
 * skipped. `entries` and `spare` have room for n entries each; returns that of the two which the sorted entries are in.
 */
export function radixSort(values: usize, n: usize, counts: usize, entries: usize, spare: usize): usize {
  memory.fill(counts, 0, RADIX_COUNT_BYTES);
  for (let i: usize = 0; i < n; i++) {
    const entry = entryOf(values + (i << 2), u32(i));
    store<u64>(entries + (i << 3), entry);
    countDigits(counts, keyOfEntry(entry));
  }
  const first = keyOfEntry(load<u64>(entries));
  for (let digit = 0; digit < DIGITS; digit++) {
    const ofDigit = counts + usize(digit) * COUNT_BYTES;
    const shift = u32(digit * DIGIT_BITS);
    if (load<u32>(ofDigit + digitOffset(first, shift)) == u32(n)) continue;
    toStarts(ofDigit, RADIX);
    scatterByDigit(entries, n, ofDigit, shift, spare);
    const sorted = spare;
    spare = entries;
    entries = sorted;
  }
  return entries;
}

/** Where the counter of a key's digit is. */
// @ts-ignore: decorator
@inline
function digitOffset(key: u32, shift: u32): usize {
  return (usize(key >>> shift) & (RADIX - 1)) << 2;
}

// @ts-ignore: decorator
@inline
function countDigits(counts: usize, key: u32): void {
  for (let digit = 0; digit < DIGITS; digit++) {
    const at = counts + usize(digit) * COUNT_BYTES + digitOffset(key, u32(digit * DIGIT_BITS));
    store<u32>(at, load<u32>(at) + 1);
  }
}

function scatterByDigit(entries: usize, n: usize, starts: usize, shift: u32, out: usize): void {
  const end = entries + (n << 3);
  for (let at = entries; at < end; at += 8) {
    const entry = load<u64>(at);
    const start = starts + digitOffset(keyOfEntry(entry), shift);
    const to = load<u32>(start);
    store<u32>(start, to + 1);
    store<u64>(out + (usize(to) << 3), entry);
  }
}
