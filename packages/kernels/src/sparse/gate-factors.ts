const { fround } = Math;

const BOUND = 40;
const ROUNDER = 12582912;
const [LOG2_E, LN2_LOW] = [fround(Math.LOG2E), fround(-2.1219444005469057e-4)];
const LN2_HIGH = 0.693359375;
/** Of the Taylor polynomial, the highest power first. */
const COEFFICIENTS = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1].map(fround);

/** e^−z, z held within ±40: the twin of assembly/gate-factors.ts, operation by operation, so that both give the same bits. */
export function gateFactor(z: number): number {
  const x = -Math.max(Math.min(z, BOUND), -BOUND);
  const k = fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fround(fround(x - fround(k * LN2_HIGH)) - fround(k * LN2_LOW));
  const sum = COEFFICIENTS.reduce((total, coefficient) => fround(fround(total * r) + coefficient));
  return fround(sum * 2 ** k);
}

/** The cotangent of z from that of its factor: −factor · d where |z| < 40, else 0. */
export const gateFactorBackward = (z: number, factor: number, d: number): number =>
  Math.abs(z) < BOUND ? -fround(factor * d) : 0;
