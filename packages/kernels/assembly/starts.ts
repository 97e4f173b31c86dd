import { largestLane } from './bits';

/**
 * How many entries each of n groups has → where the group's first entry goes when groups follow each other. n is a
 * multiple of 4. Returns the largest count.
 */
export function toStarts(counts: usize, n: usize): u32 {
  const end = counts + (n << 2);
  const zero = i32x4.splat(0);
  let total = zero;
  let largest = zero;
  for (; counts < end; counts += 16) {
    const count = v128.load(counts);
    largest = i32x4.max_s(largest, count);
    const pairs = i32x4.add(count, v128.shuffle<u32>(zero, count, 0, 4, 5, 6));
    const sums = i32x4.add(pairs, v128.shuffle<u32>(zero, pairs, 0, 1, 4, 5));
    v128.store(counts, i32x4.add(total, i32x4.sub(sums, count)));
    total = i32x4.add(total, v128.shuffle<u32>(sums, sums, 3, 3, 3, 3));
  }
  return u32(largestLane(largest));
}
