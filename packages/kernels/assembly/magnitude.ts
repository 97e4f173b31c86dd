import { ABSOLUTE_BITS, INFINITY_BITS, largestLane } from './bits';

/** The largest |x|; NaN if there is one. 0 for no entries. */
export function maxAbs(x: usize, n: usize): f32 {
  const end = n << 2;
  const vectorEnd = end & ~31;
  const absolute = i32x4.splat(ABSOLUTE_BITS);
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  let i: usize = 0;
  for (; i < vectorEnd; i += 32) {
    even = i32x4.max_s(even, v128.and(v128.load(x + i), absolute));
    odd = i32x4.max_s(odd, v128.and(v128.load(x + i, 16), absolute));
  }
  let largestBits = largestLane(i32x4.max_s(even, odd));
  for (; i < end; i += 4) largestBits = max(largestBits, load<i32>(x + i) & ABSOLUTE_BITS);
  return reinterpret<f32>(largestBits);
}

/** The index of the first NaN or infinity from entry `from` on and before `to`, or −1. */
export function firstNonFinite(x: usize, from: usize, to: usize): i32 {
  const start = from << 2;
  const end = to << 2;
  const vectorEnd = start + ((end - start) & ~31);
  const absolute = i32x4.splat(ABSOLUTE_BITS);
  const infinity = i32x4.splat(INFINITY_BITS);
  let i: usize = start;
  for (; i < vectorEnd; i += 32) {
    const even = v128.and(v128.load(x + i), absolute);
    const odd = v128.and(v128.load(x + i, 16), absolute);
    if (v128.any_true(i32x4.ge_s(i32x4.max_s(even, odd), infinity))) break;
  }
  for (; i < end; i += 4) {
    if ((load<i32>(x + i) & ABSOLUTE_BITS) >= INFINITY_BITS) return i32(i >>> 2);
  }
  return -1;
}
