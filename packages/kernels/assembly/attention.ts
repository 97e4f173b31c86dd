import { exponential } from './exponential';
import { addTo, put, take } from './lanes';

// @ts-ignore: decorator
@inline
function leaky(z: f64, slope: f64): f64 {
  return z > 0 ? z : slope * z;
}

/** The largest score of a row's entries; subtracted before the exponential, which then can't overflow. */
// @ts-ignore: decorator
@inline
function largest(columns: usize, from: usize, to: usize, left: f64, right: usize, stride: usize, slope: f64): f64 {
  let top: f64 = -Infinity;
  for (let e = from; e < to; e += 4) {
    top = max(top, leaky(left + f64(load<f32>(right + usize(load<u32>(columns + e)) * stride)), slope));
  }
  return top;
}

/**
 * out_i ← Σ_j α_ij h_j head by head, α_i the softmax over the entries j of row i of leaky(left_i + right_j): h and out are
 * [nodes, heads · width], left and right [nodes, heads]. Scores are computed when they are needed and never stored.
 */
export function attention(
  starts: usize,
  columns: usize,
  rows: u32,
  heads: usize,
  width: usize,
  h: usize,
  left: usize,
  right: usize,
  slope: f64,
  out: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    for (let k: usize = 0; k < heads; k++) {
      const target = out + usize(i) * rowBytes + k * headBytes;
      scaleRow(target, headBytes, 0);
      if (from == to) continue;
      const li = f64(load<f32>(left + usize(i) * stride + (k << 2)));
      const rights = right + (k << 2);
      const top = largest(columns, from, to, li, rights, stride, slope);
      let total: f64 = 0;
      for (let e = from; e < to; e += 4) {
        const j = usize(load<u32>(columns + e));
        const weight = exponential(leaky(li + f64(load<f32>(rights + j * stride)), slope) - top);
        total += weight;
        addScaled(target, h + j * rowBytes + k * headBytes, headBytes, f32(weight));
      }
      scaleRow(target, headBytes, f32(1 / total));
    }
  }
}

/**
 * From the cotangent g of `attention`'s result those of h, left and right, in one walk over the edges after one for the sums of the
 * softmax. `dh` and `dright` are zeros at first.
 */
export function attentionBackward(
  starts: usize,
  columns: usize,
  rows: u32,
  heads: usize,
  width: usize,
  h: usize,
  left: usize,
  right: usize,
  slope: f64,
  out: usize,
  g: usize,
  dh: usize,
  dleft: usize,
  dright: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    for (let k: usize = 0; k < heads; k++) {
      const own = usize(i) * rowBytes + k * headBytes;
      const ownScore = usize(i) * stride + (k << 2);
      const li = f64(load<f32>(left + ownScore));
      const rights = right + (k << 2);
      const top = largest(columns, from, to, li, rights, stride, slope);
      let total: f64 = 0;
      for (let e = from; e < to; e += 4) {
        const z = li + f64(load<f32>(rights + usize(load<u32>(columns + e)) * stride));
        total += exponential(leaky(z, slope) - top);
      }
      // Σ_j α_ij ⟨g_i, h_j⟩ is ⟨g_i, out_i⟩: the term that keeps the sum of a softmax's derivatives at zero.
      const mean = dotRows(g + own, out + own, headBytes);
      let dl: f64 = 0;
      for (let e = from; e < to; e += 4) {
        const j = usize(load<u32>(columns + e));
        const z = li + f64(load<f32>(rights + j * stride));
        const weight = exponential(leaky(z, slope) - top) / total;
        const other = j * rowBytes + k * headBytes;
        const dz = weight * f64(dotRows(g + own, h + other, headBytes) - mean) * (z > 0 ? 1 : slope);
        addScaled(dh + other, g + own, headBytes, f32(weight));
        const target = dright + j * stride + (k << 2);
        store<f32>(target, load<f32>(target) + f32(dz));
        dl += dz;
      }
      store<f32>(dleft + ownScore, f32(dl));
    }
  }
}

// @ts-ignore: decorator
@inline
function addScaled(to: usize, from: usize, bytes: usize, factor: f32): void {
  const whole = bytes & ~15;
  const tail = i32((bytes >> 2) & 3);
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < whole; at += 16) addTo(to + at, f32x4.mul(factors, v128.load(from + at)), 4);
  if (tail) addTo(to + at, f32x4.mul(factors, take(from + at, tail)), tail);
}

// @ts-ignore: decorator
@inline
function scaleRow(row: usize, bytes: usize, factor: f32): void {
  const whole = bytes & ~15;
  const tail = i32((bytes >> 2) & 3);
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < whole; at += 16) v128.store(row + at, factor == 0 ? factors : f32x4.mul(factors, v128.load(row + at)));
  if (tail) put(row + at, factor == 0 ? factors : f32x4.mul(factors, take(row + at, tail)), tail);
}

/** Σ x y in four partial sums, entry n in the sum n mod 4, as in the twin. */
// @ts-ignore: decorator
@inline
function dotRows(x: usize, y: usize, bytes: usize): f32 {
  const whole = bytes & ~15;
  const tail = i32((bytes >> 2) & 3);
  let sums = f32x4.splat(0);
  let at: usize = 0;
  for (; at < whole; at += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  if (tail) sums = f32x4.add(sums, f32x4.mul(take(x + at, tail), take(y + at, tail)));
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  );
}
