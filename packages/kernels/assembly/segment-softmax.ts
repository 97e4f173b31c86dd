import { decays } from './exponential-f32';
import { put, take } from './lanes';

/** The upper two float32 of a vector as float64; `f64x2.promote_low_f32x4` gives the lower two. */
// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u64>(x, x, 1, 1));
}

/** The four float32 of twice two float64. */
// @ts-ignore: decorator
@inline
function narrowed(low: v128, high: v128): v128 {
  return v128.shuffle<u64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/**
 * out ← the softmax of what the entries of a row have among each other, column by column: x and out are [entries, heads]. Lanes are heads, so that every sum is
 * over the entries in their order, in float64.
 */
export function segmentSoftmax(starts: usize, rows: u32, heads: usize, x: usize, out: usize): void {
  const stride = heads << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) * stride;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) * stride;
    for (let h: usize = 0; h < stride; h += 16) {
      const lanes = i32(min<usize>(4, (stride - h) >> 2));
      let top = f32x4.splat(-Infinity);
      for (let at = from + h; at < to; at += stride) top = f32x4.max(top, take(x + at, lanes));
      let low = f64x2.splat(0);
      let high = low;
      for (let at = from + h; at < to; at += stride) {
        const power = decays(f32x4.sub(take(x + at, lanes), top));
        put(out + at, power, lanes);
        low = f64x2.add(low, f64x2.promote_low_f32x4(power));
        high = f64x2.add(high, upper(power));
      }
      const total = narrowed(low, high);
      for (let at = from + h; at < to; at += stride) put(out + at, f32x4.div(take(out + at, lanes), total), lanes);
    }
  }
}

/** out ← y (g − Σ y g) by row and head: the cotangent of x from that of `segmentSoftmax`' result y. */
export function segmentSoftmaxBackward(starts: usize, rows: u32, heads: usize, y: usize, g: usize, out: usize): void {
  const stride = heads << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) * stride;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) * stride;
    for (let h: usize = 0; h < stride; h += 16) {
      const lanes = i32(min<usize>(4, (stride - h) >> 2));
      let low = f64x2.splat(0);
      let high = low;
      for (let at = from + h; at < to; at += stride) {
        const share = take(y + at, lanes);
        const slope = take(g + at, lanes);
        low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(share), f64x2.promote_low_f32x4(slope)));
        high = f64x2.add(high, f64x2.mul(upper(share), upper(slope)));
      }
      for (let at = from + h; at < to; at += stride) {
        const share = take(y + at, lanes);
        const slope = take(g + at, lanes);
        const first = f64x2.mul(f64x2.promote_low_f32x4(share), f64x2.sub(f64x2.promote_low_f32x4(slope), low));
        const second = f64x2.mul(upper(share), f64x2.sub(upper(slope), high));
        put(out + at, narrowed(first, second), lanes);
      }
    }
  }
}
