/** Added to a float32 below 2²² and taken away again, it rounds to a whole number, halves to the even one. */
const ROUNDER: f32 = 12582912;

/** Below it e^x has no normal float32. */
const LEAST: f32 = -87;

/** e^x, |x| at most 87, right to 2e-7: a power of two times the Taylor polynomial of degree 7 around 0, ln 2 in two parts. src/sparse/exponential-f32.ts is its twin. */
// @ts-ignore: decorator
@inline
export function exponentials(x: v128): v128 {
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

/** e^x for x ≤ 0: 0 below −87. */
// @ts-ignore: decorator
@inline
export function decays(x: v128): v128 {
  const least = f32x4.splat(LEAST);
  return v128.andnot(exponentials(f32x4.max(x, least)), f32x4.lt(x, least));
}
