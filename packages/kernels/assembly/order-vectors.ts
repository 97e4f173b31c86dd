import { bucketSort, bucketsFor } from './bucket-sort';
import { insertionSort } from './insertion-sort';
import { bitsOfKey, entryOf, keyOfEntry } from './order';
import { RADIX_COUNT_BYTES, radixSort } from './radix-sort';
import { copyRuns, gatherColumns, LINE, scatterColumns, tileStride } from './tile';

// The incoming weights of neuron f of a tensor [outer, neurons, inner] are the entries (a, f, b), outer · inner of them.

/** What is written once a vector's entries are in order. */
const VALUES: i32 = 0; // the values, ascending, at `sorted`
const PERMUTED: i32 = 1; // at `target`, the r-th number at `sorted` at the place ranked r
const RANKS: i32 = 2; // at `target`, the rank of each place

/** Up to this length vectors are sorted by insertion alone: that was faster for 9 numbers and slower for 25. */
const SHORT: usize = 16;

/** Room for the entries of n numbers, in bytes: whole cache lines. */
// @ts-ignore: decorator
@inline
function entryBytes(n: usize): usize {
  return ((n + 7) & ~7) << 3;
}

/** Scratch for sorting a vector of n numbers: two lists of entries, the bucket of each number, counters. */
// @ts-ignore: decorator
@inline
function sortBytes(n: usize): usize {
  return 2 * entryBytes(n) + (entryBytes(n) >> 1) + max(RADIX_COUNT_BYTES, bucketsFor(n) << 2);
}

/** How many vectors are copied into a tile at a time; 0 where each is one run and stays where it is. */
// @ts-ignore: decorator
@inline
function tileRows(outer: usize, neurons: usize, inner: usize): usize {
  if (outer == 1) return 0;
  return inner == 1 ? min(LINE, neurons) : 1;
}

/** Bytes of scratch that orderVectors takes. */
export function orderScratchBytes(outer: usize, neurons: usize, inner: usize): usize {
  const n = outer * inner;
  return sortBytes(n) + tileRows(outer, neurons, inner) * tileStride(n);
}

/** Sorts the entries of n ≥ 1 numbers and returns where they are. */
function sortEntries(values: usize, n: usize, scratch: usize): usize {
  const entries = scratch;
  const spare = entries + entryBytes(n);
  const bucketOf = spare + entryBytes(n);
  const counts = bucketOf + (entryBytes(n) >> 1);
  if (n <= SHORT) {
    for (let i: usize = 0; i < n; i++) store<u64>(entries + (i << 3), entryOf(values + (i << 2), u32(i)));
    insertionSort(entries, n);
    return entries;
  }
  if (bucketSort(values, n, counts, bucketOf, entries)) return entries;
  return radixSort(values, n, counts, entries, spare);
}

function write(form: i32, entries: usize, n: usize, sorted: usize, target: usize): void {
  if (form == VALUES) {
    for (let r: usize = 0; r < n; r++) {
      store<u32>(sorted + (r << 2), bitsOfKey(keyOfEntry(load<u64>(entries + (r << 3)))));
    }
  } else if (form == PERMUTED) {
    for (let r: usize = 0; r < n; r++) {
      const place = usize(load<u32>(entries + (r << 3)));
      store<u32>(target + (place << 2), load<u32>(sorted + (r << 2)));
    }
  } else {
    for (let r: usize = 0; r < n; r++) store<u32>(target + (usize(load<u32>(entries + (r << 3))) << 2), u32(r));
  }
}

/**
 * Orders the vectors of `source` from neuron `first` until neuron `last` and writes what `form` says: `sorted` holds the vectors one after the other, `target` has the
 * layout of `source` and may be the same. No number is NaN. `scratch` has orderScratchBytes bytes.
 */
export function orderVectors(
  form: i32,
  source: usize,
  outer: usize,
  neurons: usize,
  inner: usize,
  first: usize,
  last: usize,
  sorted: usize,
  target: usize,
  scratch: usize,
): void {
  const n = outer * inner;
  if (n == 0) return;
  const pitch = (neurons * inner) << 2;
  const tile = scratch + sortBytes(n);
  const stride = tileStride(n);
  const together = max(1, tileRows(outer, neurons, inner));
  for (let f = first; f < last; f += together) {
    const count = min(together, last - f);
    const offset = (f * inner) << 2;
    let from = tile;
    let to = tile;
    if (outer == 1) {
      from = source + offset;
      to = target + offset;
    } else if (inner == 1) gatherColumns(tile, stride, source + offset, pitch, outer, count);
    else copyRuns(tile, inner << 2, source + offset, pitch, inner, outer);
    for (let c: usize = 0; c < count; c++) {
      const entries = sortEntries(from + c * stride, n, scratch);
      write(form, entries, n, sorted + (((f + c) * n) << 2), to + c * stride);
    }
    if (form == VALUES || outer == 1) continue;
    if (inner == 1) scatterColumns(tile, stride, target + offset, pitch, outer, count);
    else copyRuns(target + offset, pitch, tile, inner << 2, inner, outer);
  }
}
