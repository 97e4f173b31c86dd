import { exponentials } from './exponential-f32';

/** Arguments are held within ± this, so that a product of two results is finite. */
const BOUND: f32 = 40;

/** e^−z, z held within ±40. src/sparse/gate-factors.ts is its twin. */
// @ts-ignore: decorator
@inline
export function gateFactor(z: v128): v128 {
  return exponentials(f32x4.neg(f32x4.max(f32x4.min(z, f32x4.splat(BOUND)), f32x4.splat(-BOUND))));
}

/** The cotangent of z from that of its factor: −factor · d where |z| < 40, else 0. */
// @ts-ignore: decorator
@inline
export function gateFactorBackward(z: v128, factor: v128, d: v128): v128 {
  const inside = f32x4.lt(f32x4.abs(z), f32x4.splat(BOUND));
  return v128.and(inside, f32x4.neg(f32x4.mul(factor, d)));
}
