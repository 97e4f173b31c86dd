import { put, take } from './lanes';

/** The keyed hash of four counters: the rounds of lowbias32 with a key before each. */
// @ts-ignore: decorator
@inline
function hash(counters: v128, first: v128, second: v128): v128 {
  const keyed = v128.xor(counters, first);
  const upper = i32x4.mul(v128.xor(keyed, i32x4.shr_u(keyed, 16)), i32x4.splat(0x7feb352d));
  const between = v128.xor(v128.xor(upper, i32x4.shr_u(upper, 15)), second);
  const lower = i32x4.mul(between, i32x4.splat(0x846ca68b));
  return v128.xor(lower, i32x4.shr_u(lower, 16));
}

// @ts-ignore: decorator
@inline
function scaled(x: usize, halves: v128, threshold: v128, scale: v128, out: usize, lanes: i32): void {
  const kept = i32x4.ge_s(halves, threshold);
  put(out, f32x4.mul(take(x, lanes), v128.and(kept, scale)), lanes);
}

/**
 * out ← x times `scale` or 0, by 16 bits for each of n entries: it is kept where they are at least `threshold`. The low half of word w
 * decides entry w, its high half entry words + w, words being half of n, rounded up. This is for the words from `from`, a multiple of 4, until `to`.
 */
export function dropout(
  x: usize,
  n: u32,
  from: u32,
  to: u32,
  first: i32,
  second: i32,
  threshold: i32,
  scale: f32,
  out: usize,
): void {
  const words = (n + 1) >>> 1;
  const firsts = i32x4.splat(first);
  const seconds = i32x4.splat(second);
  const thresholds = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  const low = i32x4.splat(0xffff);
  const upper = usize(words) << 2;
  let counters = i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3));
  for (let w = from; w < to; w += 4) {
    const hashed = hash(counters, firsts, seconds);
    const at = usize(w) << 2;
    scaled(x + at, v128.and(hashed, low), thresholds, scales, out + at, i32(min(4, words - w)));
    if (n - words > w) {
      const lanes = i32(min(4, n - words - w));
      scaled(x + upper + at, i32x4.shr_u(hashed, 16), thresholds, scales, out + upper + at, lanes);
    }
    counters = i32x4.add(counters, i32x4.splat(4));
  }
}
