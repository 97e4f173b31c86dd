import { greatestOf, leastOf } from './extremes';
import { insertionSort } from './insertion-sort';
import { entryOf } from './order';
import { toStarts } from './starts';

/**
 * Insertion moves about a quarter of this many entries for each entry, where the sum of the squares of the buckets' sizes
 * is this times n and all numbers differ. With more, radixSort takes less time (measured for 576 numbers).
 */
const CROWDED: f32 = 64;

/** At most this many buckets, so that float32 tells their indices apart. */
const MOST_BUCKETS: usize = 1 << 20;

/** How many buckets n numbers are sorted into, a multiple of 4. With n of them sorting took a seventh longer, with 4n no less. */
// @ts-ignore: decorator
@inline
export function bucketsFor(n: usize): usize {
  return (min(2 * n, MOST_BUCKETS) + 3) & ~3;
}

/**
 * Sorts the entries of n ≥ 1 numbers: into buckets of equal width between the least and the greatest number
 * (Dobosiewicz, "Sorting by distributive partitioning", 1978), and then by insertion. `counts` has room for bucketsFor(n)
 * integers of 32 bits, `bucketOf` for n rounded up to 4. Returns false, with no entries made, where the numbers lie so
 * unevenly (or so far apart, or infinitely) that buckets would be too full.
 */
export function bucketSort(values: usize, n: usize, counts: usize, bucketOf: usize, entries: usize): bool {
  const buckets = bucketsFor(n);
  memory.fill(counts, 0, buckets << 2);
  countBuckets(values, n, counts, buckets, bucketOf);
  if (toStarts(counts, buckets) > CROWDED * f32(n)) return false;
  for (let i: usize = 0; i < n; i++) {
    const start = counts + (usize(load<u32>(bucketOf + (i << 2))) << 2);
    const to = load<u32>(start);
    store<u32>(start, to + 1);
    store<u64>(entries + (usize(to) << 3), entryOf(values + (i << 2), u32(i)));
  }
  insertionSort(entries, n);
  return true;
}

/**
 * The bucket of a number is ⌊(number − least) · scale⌋. Subtraction and multiplication round monotonically, so a number may
 * come into a neighbouring bucket but never past another number. Where the range or the scale overflows, products are 0,
 * infinite or NaN, which gives the first or the last bucket, in order as well.
 */
function countBuckets(values: usize, n: usize, counts: usize, buckets: usize, bucketOf: usize): void {
  const least = leastOf(values, n);
  const leasts = f32x4.splat(least);
  const scales = f32x4.splat(f32(buckets - 1) / (greatestOf(values, n) - least));
  const lasts = i32x4.splat(i32(buckets) - 1);
  const vectorEnd = n & ~3;
  let i: usize = 0;
  for (; i < vectorEnd; i += 4) {
    const four = bucketsOf(v128.load(values + (i << 2)), leasts, scales, lasts);
    v128.store(bucketOf + (i << 2), four);
    countOne(counts, i32x4.extract_lane(four, 0));
    countOne(counts, i32x4.extract_lane(four, 1));
    countOne(counts, i32x4.extract_lane(four, 2));
    countOne(counts, i32x4.extract_lane(four, 3));
  }
  for (; i < n; i++) {
    const one = bucketsOf(v128.load_zero<u32>(values + (i << 2)), leasts, scales, lasts);
    v128.store_lane<u32>(bucketOf + (i << 2), one, 0);
    countOne(counts, i32x4.extract_lane(one, 0));
  }
}

// @ts-ignore: decorator
@inline
function bucketsOf(values: v128, leasts: v128, scales: v128, lasts: v128): v128 {
  return i32x4.min_s(i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.sub(values, leasts), scales)), lasts);
}

// @ts-ignore: decorator
@inline
function countOne(counts: usize, bucket: u32): void {
  const at = counts + (usize(bucket) << 2);
  store<u32>(at, load<u32>(at) + 1);
}
