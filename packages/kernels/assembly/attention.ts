import { exponential } from './exponential';
import { addTo, put, take } from './lanes';

// @ts-ignore: decorator
@inline
function leaky(z: f64, slope: f64): f64 {
  return z > 0 ? z : slope * z;
}

/** The largest score of a row's entries. */
// @ts-ignore: decorator
@inline
function largest(columns: usize, from: usize, to: usize, left: f64, right: usize, stride: usize, slope: f64): f64 {
  let top: f64 = -Infinity;
  for (let e = from; e < to; e += 4) {
    top = max(top, leaky(left + f64(load<f32>(right + usize(load<u32>(columns + e)) * stride)), slope));
  }
  return top;
}

/** A row whose weights sum to less has all its scores far below the largest of any node, where products of factors lose their digits. */
const LEAST_TOTAL: f64 = 1e-200;

/**
 * For each node e^(r − most) and e^(slope (r − most)), r being a head's score of the other end and `most` the largest, which is returned. A
 * weight e^leaky(l + r) is a product of one of the two by a factor of its own end, so an edge takes no exponential.
 */
function factorsOf(rows: u32, right: usize, stride: usize, slope: f64, factors: usize): f64 {
  let most: f64 = -Infinity;
  for (let i: u32 = 0; i < rows; i++) most = max(most, f64(load<f32>(right + usize(i) * stride)));
  for (let i: u32 = 0; i < rows; i++) {
    const below = f64(load<f32>(right + usize(i) * stride)) - most;
    const at = factors + (usize(i) << 4);
    store<f64>(at, exponential(below));
    store<f64>(at, exponential(slope * below), 8);
  }
  return most;
}

/** Where an entry with the score z finds its factors: at the first of two, or at the second where z is not positive. No branch, which could not be foreseen. */
// @ts-ignore: decorator
@inline
function side(z: f64): usize {
  return usize(!(z > 0)) << 3;
}

/** Behind the nodes' factors: those of the own end of a row's entries, and the derivatives of leaky scores. */
// @ts-ignore: decorator
@inline
function ownFactors(own: usize, highest: f64, slope: f64): void {
  const bound = leaky(highest, slope);
  store<f64>(own, exponential(highest - bound));
  store<f64>(own, exponential(slope * highest - bound), 8);
  store<f64>(own, 1, 16);
  store<f64>(own, slope, 24);
}

/** The weight of an entry with the score z: a product of factors, or where there is a `top`, the exponential itself. */
// @ts-ignore: decorator
@inline
function weightOf(z: f64, slope: f64, top: f64, own: usize, other: usize): f64 {
  if (top != -Infinity) return exponential(leaky(z, slope) - top);
  const at = side(z);
  return load<f64>(own + at) * load<f64>(other + at);
}

/** The sum of a row's weights. */
// @ts-ignore: decorator
@inline
function totalOf(
  columns: usize,
  from: usize,
  to: usize,
  left: f64,
  right: usize,
  stride: usize,
  slope: f64,
  top: f64,
  own: usize,
  factors: usize,
): f64 {
  let total: f64 = 0;
  for (let e = from; e < to; e += 4) {
    const j = usize(load<u32>(columns + e));
    total += weightOf(left + f64(load<f32>(right + j * stride)), slope, top, own, factors + (j << 4));
  }
  return total;
}

/**
 * out_i ← Σ_j α_ij h_j head by head, α_i the softmax over the entries j of row i of leaky(left_i + right_j): h and out are
 * [nodes, heads · width], left and right [nodes, heads]. This is for the heads from `first` until `last`. Scores are computed when they are needed
 * and never stored; `factors` has room for two float64 a node, and four more.
 */
export function attention(
  starts: usize,
  columns: usize,
  rows: u32,
  heads: usize,
  first: usize,
  last: usize,
  width: usize,
  h: usize,
  left: usize,
  right: usize,
  slope: f64,
  factors: usize,
  out: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  const ownEnd = factors + (usize(rows) << 4);
  for (let k = first; k < last; k++) {
    const rights = right + (k << 2);
    const most = factorsOf(rows, rights, stride, slope, factors);
    for (let i: u32 = 0; i < rows; i++) {
      const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
      const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
      const target = out + usize(i) * rowBytes + k * headBytes;
      memory.fill(target, 0, headBytes);
      if (from == to) continue;
      const li = f64(load<f32>(left + usize(i) * stride + (k << 2)));
      ownFactors(ownEnd, li + most, slope);
      let top: f64 = -Infinity;
      let total = totalOf(columns, from, to, li, rights, stride, slope, top, ownEnd, factors);
      if (total < LEAST_TOTAL) {
        top = largest(columns, from, to, li, rights, stride, slope);
        total = totalOf(columns, from, to, li, rights, stride, slope, top, ownEnd, factors);
      }
      for (let e = from; e < to; e += 4) {
        const j = usize(load<u32>(columns + e));
        const z = li + f64(load<f32>(rights + j * stride));
        const weight = weightOf(z, slope, top, ownEnd, factors + (j << 4));
        addScaled(target, h + j * rowBytes + k * headBytes, headBytes, f32(weight / total));
      }
    }
  }
}

/**
 * From the cotangent g of `attention`'s result those of h, left and right, in one walk over the edges after one for the sums of the
 * softmax; heads and `factors` are as for `attention`.
 */
export function attentionBackward(
  starts: usize,
  columns: usize,
  rows: u32,
  heads: usize,
  first: usize,
  last: usize,
  width: usize,
  h: usize,
  left: usize,
  right: usize,
  slope: f64,
  factors: usize,
  out: usize,
  g: usize,
  dh: usize,
  dleft: usize,
  dright: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  const ownEnd = factors + (usize(rows) << 4);
  for (let k = first; k < last; k++) {
    const rights = right + (k << 2);
    const most = factorsOf(rows, rights, stride, slope, factors);
    for (let i: usize = 0; i < usize(rows); i++) {
      memory.fill(dh + i * rowBytes + k * headBytes, 0, headBytes);
      store<f32>(dright + i * stride + (k << 2), 0);
    }
    for (let i: u32 = 0; i < rows; i++) {
      const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
      const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
      const own = usize(i) * rowBytes + k * headBytes;
      const ownScore = usize(i) * stride + (k << 2);
      const li = f64(load<f32>(left + ownScore));
      ownFactors(ownEnd, li + most, slope);
      let top: f64 = -Infinity;
      let total = totalOf(columns, from, to, li, rights, stride, slope, top, ownEnd, factors);
      if (total < LEAST_TOTAL) {
        top = largest(columns, from, to, li, rights, stride, slope);
        total = totalOf(columns, from, to, li, rights, stride, slope, top, ownEnd, factors);
      }
      // Σ_j α_ij ⟨g_i, h_j⟩ is ⟨g_i, out_i⟩: the term that keeps the sum of a softmax's derivatives at zero.
      const mean = dotRows(g + own, out + own, headBytes);
      let dl: f64 = 0;
      for (let e = from; e < to; e += 4) {
        const j = usize(load<u32>(columns + e));
        const z = li + f64(load<f32>(rights + j * stride));
        const weight = weightOf(z, slope, top, ownEnd, factors + (j << 4)) / total;
        const other = j * rowBytes + k * headBytes;
        const dz = weight * f64(dotRows(g + own, h + other, headBytes) - mean) * load<f64>(ownEnd + 16 + side(z));
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
