import { put, take } from './lanes';

/** √½, and 1/√(2π). */
const ROOT_HALF: f32 = 0.7071067811865476;
const DENSITY: f32 = 0.3989422804014327;

/** e^x for −87 ≤ x ≤ 0, and 0 below: 2^k times the Taylor polynomial of degree 7 around 0. NaN stays. */
// @ts-ignore: decorator
@inline
function exponentials(x: v128): v128 {
  const k = f32x4.floor(f32x4.add(f32x4.mul(x, f32x4.splat(1.4426950408889634)), f32x4.splat(0.5)));
  // ln 2 in two parts, of which the first times k is exact.
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375))), f32x4.mul(k, f32x4.splat(-2.12194440e-4)));
  let sum = f32x4.splat(1 / 5040.0);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1 / 720.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1 / 120.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1 / 24.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1 / 6.0));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return v128.andnot(f32x4.mul(sum, power), f32x4.lt(x, f32x4.splat(-87)));
}

/** Φ(x) + x φ(x). The upper tail of Φ is formula 7.1.26 of Abramowitz and Stegun, right to 1e-7. */
// @ts-ignore: decorator
@inline
function slopes(x: v128): v128 {
  const one = f32x4.splat(1);
  const bell = exponentials(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
  const z = f32x4.mul(f32x4.abs(x), f32x4.splat(ROOT_HALF));
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(z, f32x4.splat(0.3275911))));
  let sum = f32x4.splat(1.061405429);
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-1.453152027));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(1.421413741));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-0.284496736));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(0.254829592));
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(sum, t), bell), f32x4.splat(0.5));
  const share = v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
  // 0 where the bell has vanished, also where x is infinite.
  const side = v128.and(x, f32x4.ne(bell, f32x4.splat(0)));
  return f32x4.add(share, f32x4.mul(f32x4.mul(side, bell), f32x4.splat(DENSITY)));
}

/** out ← g times the derivative of x Φ(x), for n entries. */
export function geluBackward(x: usize, g: usize, n: u32, out: usize): void {
  const end = usize(n) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    const lanes = i32(min<usize>(4, (end - at) >> 2));
    put(out + at, f32x4.mul(take(g + at, lanes), slopes(take(x + at, lanes))), lanes);
  }
}
