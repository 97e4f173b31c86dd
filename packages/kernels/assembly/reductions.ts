// Sums run in float64, in eight partial sums (entry i goes to the sum i mod 8), which hides the latency of an
// addition. Entries past the last whole eight are added one by one at the end. The scalar twins add in this same order.

/** The two entries at `address` as float64: one instruction, where converting the upper half of a vector takes two. */
// @ts-ignore: decorator
@inline
function two(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_zero<u64>(address));
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
    s0 = f64x2.add(s0, f64x2.mul(two(x + i), two(y + i)));
    s1 = f64x2.add(s1, f64x2.mul(two(x + i + 8), two(y + i + 8)));
    s2 = f64x2.add(s2, f64x2.mul(two(x + i + 16), two(y + i + 16)));
    s3 = f64x2.add(s3, f64x2.mul(two(x + i + 24), two(y + i + 24)));
  }
  let result = total(s0, s1, s2, s3);
  for (; i < end; i += 4) result += f64(load<f32>(x + i)) * f64(load<f32>(y + i));
  return result;
}

/** Σ x². */
export function sumOfSquares(x: usize, n: usize): f64 {
  const end = n << 2;
  const vectorEnd = end & ~31;
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let i: usize = 0;
  for (; i < vectorEnd; i += 32) {
    const a = two(x + i);
    const b = two(x + i + 8);
    const c = two(x + i + 16);
    const d = two(x + i + 24);
    s0 = f64x2.add(s0, f64x2.mul(a, a));
    s1 = f64x2.add(s1, f64x2.mul(b, b));
    s2 = f64x2.add(s2, f64x2.mul(c, c));
    s3 = f64x2.add(s3, f64x2.mul(d, d));
  }
  let result = total(s0, s1, s2, s3);
  for (; i < end; i += 4) {
    const entry = f64(load<f32>(x + i));
    result += entry * entry;
  }
  return result;
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
    s0 = f64x2.add(s0, two(x + i));
    s1 = f64x2.add(s1, two(x + i + 8));
    s2 = f64x2.add(s2, two(x + i + 16));
    s3 = f64x2.add(s3, two(x + i + 24));
  }
  let result = total(s0, s1, s2, s3);
  for (; i < end; i += 4) result += f64(load<f32>(x + i));
  return result;
}
