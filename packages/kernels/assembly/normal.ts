// Box and Muller, "A note on the generation of random normal deviates", 1958: from uniform u in (0, 1] and angle t,
// r = √(−2 ln u) gives the independent normal numbers r·cos t and r·sin t.
// The polynomials are minimax fits made for this file; their largest errors stand beside them.

const WORD: f32 = 2.3283064365386963e-10; // 2^−32
const HALF_WORD: f32 = 1.1641532182693481e-10; // 2^−33, so that u is never 0
const QUARTER_TURN: f32 = 1.4629180792671596e-9; // π/2 · 2^−30, from a 30-bit fraction of a quarter turn to radians
const LN_2: f32 = 0.6931471805599453;
const ROOT_HALF_BITS: i32 = 0x3f3504f3;

// ln((1 + s)/(1 − s)) = 2s + s³·(L0 + L1 s² + L2 s⁴) for |s| ≤ 3 − 2√2, within 1e-9 of the logarithm.
const L0: f32 = 0.6666677638186115;
const L1: f32 = 0.3997754154407065;
const L2: f32 = 0.2987172868465716;

// sin x = x + x³·(S0 + S1 x² + S2 x⁴) for |x| ≤ π/4, within 4e-9.
const S0: f32 = -0.16666654943711354;
const S1: f32 = 0.00833217814658832;
const S2: f32 = -0.0001951729902670055;

// cos x = 1 − x²/2 + x⁴·(C0 + C1 x² + C2 x⁴) for |x| ≤ π/4, within 1e-10.
const C0: f32 = 0.04166664686588749;
const C1: f32 = -0.001388736749253345;
const C2: f32 = 0.000024438449255322968;

// @ts-ignore: decorator
@inline
function polynomial(z: v128, c0: f32, c1: f32, c2: f32): v128 {
  const inner = f32x4.add(f32x4.splat(c1), f32x4.mul(z, f32x4.splat(c2)));
  return f32x4.add(f32x4.splat(c0), f32x4.mul(z, inner));
}

/** √(−2 ln u) with u = (word + ½)·2^−32 rounded to float32. */
// @ts-ignore: decorator
@inline
function radius(words: v128): v128 {
  const u = f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(words), f32x4.splat(WORD)), f32x4.splat(HALF_WORD));
  const exponent = i32x4.shr_s(i32x4.sub(u, i32x4.splat(ROOT_HALF_BITS)), 23);
  const mantissa = i32x4.sub(u, i32x4.shl(exponent, 23)); // u·2^−exponent, in [√½, √2)
  const f = f32x4.sub(mantissa, f32x4.splat(1));
  const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  const tail = f32x4.mul(f32x4.mul(s, z), polynomial(z, L0, L1, L2));
  const ofMantissa = f32x4.add(f32x4.add(s, s), tail);
  const ln = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(LN_2)), ofMantissa);
  return f32x4.sqrt(f32x4.mul(ln, f32x4.splat(-2)));
}

/** Stores mean + std·r·(cos t, sin t) at `cosines` and `sines`, where the words there are those of u and t. */
// @ts-ignore: decorator
@inline
function boxMuller(cosines: usize, sines: usize, means: v128, stds: v128): void {
  const r = f32x4.mul(radius(v128.load(cosines)), stds);
  const turn = v128.load(sines);
  const quarter = i32x4.shr_u(i32x4.add(turn, i32x4.splat(0x20000000)), 30); // the nearest multiple of a quarter turn
  const x = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.sub(turn, i32x4.shl(quarter, 30))),
    f32x4.splat(QUARTER_TURN),
  );
  const z = f32x4.mul(x, x);
  const sin = f32x4.add(x, f32x4.mul(f32x4.mul(x, z), polynomial(z, S0, S1, S2)));
  const cosTail = f32x4.mul(f32x4.mul(z, z), polynomial(z, C0, C1, C2));
  const cos = f32x4.add(f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.splat(0.5), z)), cosTail);
  const swap = i32x4.shr_s(i32x4.shl(quarter, 31), 31);
  const cosSign = i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), i32x4.splat(2)), 30);
  const sinSign = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
  const c = v128.xor(v128.bitselect(sin, cos, swap), cosSign);
  const s = v128.xor(v128.bitselect(cos, sin, swap), sinSign);
  v128.store(cosines, f32x4.add(means, f32x4.mul(r, c)));
  v128.store(sines, f32x4.add(means, f32x4.mul(r, s)));
}

/** `groups` groups of 16 random words → normal numbers, in place: words w and w + 4 of a group make two. */
export function toNormal(words: usize, groups: u32, mean: f32, std: f32): void {
  const means = f32x4.splat(mean);
  const stds = f32x4.splat(std);
  for (let g: u32 = 0; g < groups; g++, words += 64) {
    boxMuller(words, words + 16, means, stds);
    boxMuller(words + 32, words + 48, means, stds);
  }
}
