import { dotRows } from './dot-rows';
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
function largest(columns: usize, from: usize, to: usize, left: f64, slope: f64, records: usize): f64 {
  let top: f64 = -Infinity;
  for (let e = from; e < to; e += 4) {
    top = max(top, leaky(left + f64(load<f32>(recordOf(records, load<u32>(columns + e)), SCORE)), slope));
  }
  return top;
}

/** A row whose weights sum to less has all its scores far below the largest of any node, where products of factors lose their digits. */
const LEAST_TOTAL: f64 = 1e-200;

// What an edge needs of the node at its other end besides features, in one record for a head: two factors (float64), the score r and, backward,
// its cotangent (float32). Scores of all heads lie in one line of the cache, which threads with other heads would write to at each edge.

/** log2 of the bytes of a record, a power of two so that none lies in two lines. */
const RECORD: usize = 5;
const SCORE: usize = 16;
const COTANGENT: usize = 20;

// @ts-ignore: decorator
@inline
function recordOf(records: usize, node: usize): usize {
  return records + (node << RECORD);
}

/**
 * Writes each node's record: e^(r − most) and e^(slope (r − most)), r being a head's score of the other end and `most` the largest, which is
 * returned. A weight e^leaky(l + r) is a product of one of the two by a factor of its own end, so an edge takes no exponential.
 */
function makeRecords(rows: u32, right: usize, stride: usize, slope: f64, records: usize): f64 {
  let most: f64 = -Infinity;
  for (let i: u32 = 0; i < rows; i++) most = max(most, f64(load<f32>(right + usize(i) * stride)));
  for (let i: u32 = 0; i < rows; i++) {
    const score = load<f32>(right + usize(i) * stride);
    const below = f64(score) - most;
    const at = recordOf(records, i);
    store<f64>(at, exponential(below));
    store<f64>(at, exponential(slope * below), 8);
    store<f32>(at, score, SCORE);
    store<f32>(at, 0, COTANGENT);
  }
  return most;
}

/** Where an entry with the score z finds its factors: at the first of two, or at the second where z is not positive. No branch, which could not be foreseen. */
// @ts-ignore: decorator
@inline
function side(z: f64): usize {
  return usize(!(z > 0)) << 3;
}

/** Behind the nodes' records: the factors of the own end of a row's entries, and the derivatives of leaky scores. */
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
  slope: f64,
  top: f64,
  own: usize,
  records: usize,
): f64 {
  let total: f64 = 0;
  for (let e = from; e < to; e += 4) {
    const other = recordOf(records, load<u32>(columns + e));
    total += weightOf(left + f64(load<f32>(other, SCORE)), slope, top, own, other);
  }
  return total;
}

/**
 * out_i ← Σ_j α_ij h_j head by head, α_i the softmax over the entries j of row i of leaky(left_i + right_j): h and out are
 * [nodes, heads · width], left and right [nodes, heads]. This is for the heads from `first` until `last` and the rows from `firstRow` until
 * `lastRow`. Nothing of the size of edges is stored; `records` is room for 32 bytes a node, and 32 more.
 */
export function attention(
  starts: usize,
  columns: usize,
  rows: u32,
  heads: usize,
  first: usize,
  last: usize,
  firstRow: u32,
  lastRow: u32,
  width: usize,
  h: usize,
  left: usize,
  right: usize,
  slope: f64,
  records: usize,
  out: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  const ownEnd = recordOf(records, rows);
  for (let k = first; k < last; k++) {
    const most = makeRecords(rows, right + (k << 2), stride, slope, records);
    for (let i = firstRow; i < lastRow; i++) {
      const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
      const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
      const target = out + usize(i) * rowBytes + k * headBytes;
      memory.fill(target, 0, headBytes);
      if (from == to) continue;
      const li = f64(load<f32>(left + usize(i) * stride + (k << 2)));
      ownFactors(ownEnd, li + most, slope);
      let top: f64 = -Infinity;
      let total = totalOf(columns, from, to, li, slope, top, ownEnd, records);
      if (total < LEAST_TOTAL) {
        top = largest(columns, from, to, li, slope, records);
        total = totalOf(columns, from, to, li, slope, top, ownEnd, records);
      }
      for (let e = from; e < to; e += 4) {
        const j = usize(load<u32>(columns + e));
        const record = recordOf(records, j);
        const weight = weightOf(li + f64(load<f32>(record, SCORE)), slope, top, ownEnd, record);
        addScaled(target, h + j * rowBytes + k * headBytes, headBytes, f32(weight / total));
      }
    }
  }
}

/**
 * From the cotangent g of `attention`'s result those of h, left and right, in one walk over the edges after one for the sums of the
 * softmax; heads and `records` are as for `attention`.
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
  records: usize,
  out: usize,
  g: usize,
  dh: usize,
  dleft: usize,
  dright: usize,
): void {
  const headBytes = width << 2;
  const rowBytes = heads * headBytes;
  const stride = heads << 2;
  const ownEnd = recordOf(records, rows);
  for (let k = first; k < last; k++) {
    const most = makeRecords(rows, right + (k << 2), stride, slope, records);
    for (let i: usize = 0; i < usize(rows); i++) memory.fill(dh + i * rowBytes + k * headBytes, 0, headBytes);
    for (let i: u32 = 0; i < rows; i++) {
      const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
      const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
      const own = usize(i) * rowBytes + k * headBytes;
      const ownScore = usize(i) * stride + (k << 2);
      const li = f64(load<f32>(left + ownScore));
      ownFactors(ownEnd, li + most, slope);
      let top: f64 = -Infinity;
      let total = totalOf(columns, from, to, li, slope, top, ownEnd, records);
      if (total < LEAST_TOTAL) {
        top = largest(columns, from, to, li, slope, records);
        total = totalOf(columns, from, to, li, slope, top, ownEnd, records);
      }
      // Σ_j α_ij ⟨g_i, h_j⟩ is ⟨g_i, out_i⟩: the term that keeps the sum of a softmax's derivatives at zero.
      const mean = dotRows(g + own, out + own, headBytes);
      let dl: f64 = 0;
      for (let e = from; e < to; e += 4) {
        const j = usize(load<u32>(columns + e));
        const record = recordOf(records, j);
        const z = li + f64(load<f32>(record, SCORE));
        const weight = weightOf(z, slope, top, ownEnd, record) / total;
        const other = j * rowBytes + k * headBytes;
        const dz = weight * f64(dotRows(g + own, h + other, headBytes) - mean) * load<f64>(ownEnd + 16 + side(z));
        addScaled(dh + other, g + own, headBytes, f32(weight));
        store<f32>(record, load<f32>(record, COTANGENT) + f32(dz), COTANGENT);
        dl += dz;
      }
      store<f32>(dleft + ownScore, f32(dl));
    }
    for (let i: usize = 0; i < usize(rows); i++) {
      store<f32>(dright + i * stride + (k << 2), load<f32>(recordOf(records, i), COTANGENT));
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
