// Sums run in float64, in eight partial sums (entry i goes to the sum i mod 8), which hides the latency of an
// addition. Entries past the last whole eight are added one by one at the end. The scalar twins add in this same order.

/** The four entries at `address`, the first two as float64. */
// @ts-ignore: decorator
@inline
function low(entries: v128): v128 {
  return f64x2.promote_low_f32x4(entries);
}

/** The last two of four entries as float64. */
// @ts-ignore: decorator
@inline
function high(entries: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u64>(entries, entries, 1, 0));
}

// @ts-ignore: decorator
@inline
function total(s0: v128, s1: v128, s2: v128, s3: v128): f64 {
  const pairs = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}

/** Σ x·y. */
export function dot(x: usize, y: usize, n: usize): f64 {
  const end = n << 2;
  const vectorEnd = end & ~31;
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let i: usize = 0;
  for (; i < vectorEnd; i += 32) {
    const xa = v128.load(x + i);
    const ya = v128.load(y + i);
    const xb = v128.load(x + i, 16);
    const yb = v128.load(y + i, 16);
    s0 = f64x2.add(s0, f64x2.mul(low(xa), low(ya)));
    s1 = f64x2.add(s1, f64x2.mul(high(xa), high(ya)));
    s2 = f64x2.add(s2, f64x2.mul(low(xb), low(yb)));
    s3 = f64x2.add(s3, f64x2.mul(high(xb), high(yb)));
  }
  let result = total(s0, s1, s2, s3);
  for (; i < end; i += 4) result += f64(load<f32>(x + i)) * f64(load<f32>(y + i));
  return result;
}

/** Σ x². */
export function sumOfSquares(x: usize, n: usize): f64 {
  return dot(x, x, n);
}

/** Σ x. */
export function sum(x: usize, n: usize): f64 {
  const end = n << 2;
  const vectorEnd = end & ~31;
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let i: usize = 0;
  for (; i < vectorEnd; i += 32) {
    const xa = v128.load(x + i);
    const xb = v128.load(x + i, 16);
    s0 = f64x2.add(s0, low(xa));
    s1 = f64x2.add(s1, high(xa));
    s2 = f64x2.add(s2, low(xb));
    s3 = f64x2.add(s3, high(xb));
  }
  let result = total(s0, s1, s2, s3);
  for (; i < end; i += 4) result += f64(load<f32>(x + i));
  return result;
}
