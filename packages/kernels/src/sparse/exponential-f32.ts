const { fround } = Math;

const ROUNDER = 12582912;
const [LOG2_E, LN2_LOW] = [fround(Math.LOG2E), fround(-2.1219444005469057e-4)];
const LN2_HIGH = 0.693359375;
/** Of the Taylor polynomial, the highest power first. */
const COEFFICIENTS = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1].map(fround);
/** Below it e^x has no normal float32. */
const LEAST = -87;

/** e^x in float32, |x| at most 87: the twin of assembly/exponential-f32.ts, operation by operation, so that both give the same bits. */
export function exponentialF32(x: number): number {
  const k = fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fround(fround(x - fround(k * LN2_HIGH)) - fround(k * LN2_LOW));
  const sum = COEFFICIENTS.reduce((total, coefficient) => fround(fround(total * r) + coefficient));
  return fround(sum * 2 ** k);
}

/** e^x for x ≤ 0: 0 below −87. */
export const decay = (x: number): number => (x < LEAST ? 0 : exponentialF32(x));
