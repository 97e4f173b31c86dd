import { put, take } from './lanes';

/** Arguments are held within ± this, so that a product of two results is finite. */
const BOUND: f32 = 40;

/** Added to a float32 below 2²² and taken away again, it rounds to a whole number, halves to the even one. */
const ROUNDER: f32 = 12582912;

/** e^−z for |z| ≤ 40, right to 2e-7: a power of two times the Taylor polynomial of degree 7 around 0, ln 2 in two parts. */
// @ts-ignore: decorator
@inline
function negativeExponential(z: v128): v128 {
  const x = f32x4.neg(z);
  const rounder = f32x4.splat(ROUNDER);
  const k = f32x4.sub(f32x4.add(f32x4.mul(x, f32x4.splat(1.4426950408889634)), rounder), rounder);
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375))), f32x4.mul(k, f32x4.splat(-2.1219444005469057e-4)));
  let sum = f32x4.splat(1.0 / 5040);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 720));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 120));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 24));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.0 / 6));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

// @ts-ignore: decorator
@inline
function factor(z: usize, out: usize, lanes: i32): void {
  const held = f32x4.max(f32x4.min(take(z, lanes), f32x4.splat(BOUND)), f32x4.splat(-BOUND));
  put(out, negativeExponential(held), lanes);
}

/** out ← e^−z, z held within ±40, for n float32. */
export function gateFactors(z: usize, n: usize, out: usize): void {
  const end = z + (n << 2);
  const whole = z + ((n & ~3) << 2);
  for (; z < whole; z += 16, out += 16) factor(z, out, 4);
  if (z < end) factor(z, out, i32(n & 3));
}

// @ts-ignore: decorator
@inline
function slope(z: usize, factors: usize, d: usize, lanes: i32): void {
  const inside = f32x4.lt(f32x4.abs(take(z, lanes)), f32x4.splat(BOUND));
  put(d, v128.and(inside, f32x4.neg(f32x4.mul(take(factors, lanes), take(d, lanes)))), lanes);
}

/** d ← −factors · d where |z| < 40, else 0: from the cotangent of `gateFactors`' result that of z, in place. */
export function gateFactorsBackward(z: usize, factors: usize, n: usize, d: usize): void {
  const end = z + (n << 2);
  const whole = z + ((n & ~3) << 2);
  for (; z < whole; z += 16, factors += 16, d += 16) slope(z, factors, d, 4);
  if (z < end) slope(z, factors, d, i32(n & 3));
}
