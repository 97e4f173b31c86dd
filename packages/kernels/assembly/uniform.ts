/** 2^−24: the upper 24 bits of a word make a float32 in [0, 1) exactly. */
const UNIT: f32 = 5.9604644775390625e-8;

const SIGN_BIT: i32 = i32.MIN_VALUE;
const ONE_BITS: i32 = 0x3f800000;

/** Random words → low + range·u with u in [0, 1), at most `largest`, in place. n is a multiple of 4. */
export function toUniform(words: usize, n: usize, low: f32, range: f32, largest: f32): void {
  const end = words + (n << 2);
  const unit = f32x4.splat(UNIT);
  const lows = f32x4.splat(low);
  const ranges = f32x4.splat(range);
  const bounds = f32x4.splat(largest);
  for (; words < end; words += 16) {
    const u = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(words), 8)), unit);
    v128.store(words, f32x4.pmin(f32x4.add(lows, f32x4.mul(ranges, u)), bounds));
  }
}

/** Random words → +1 or −1 by the highest bit, in place. n is a multiple of 4. */
export function toSigns(words: usize, n: usize): void {
  const end = words + (n << 2);
  const sign = i32x4.splat(SIGN_BIT);
  const one = i32x4.splat(ONE_BITS);
  for (; words < end; words += 16) v128.store(words, v128.or(v128.and(v128.load(words), sign), one));
}
