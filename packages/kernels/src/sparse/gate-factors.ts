import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';

export function gateFactors(engine: Engine, z: Float32Array, out: Float32Array): void {
  checkLengths('gateFactors', { z, out });
  const wasm = engine.nativeFor(z, out);
  if (wasm) wasm.gateFactors(z.byteOffset, z.length, out.byteOffset);
  else for (let i = 0; i < z.length; i++) out[i] = negativeExponential(Math.max(Math.min(z[i]!, BOUND), -BOUND));
}

export function gateFactorsBackward(engine: Engine, z: Float32Array, factors: Float32Array, d: Float32Array): void {
  checkLengths('gateFactorsBackward', { z, factors, d });
  const wasm = engine.nativeFor(z, factors, d);
  if (wasm) wasm.gateFactorsBackward(z.byteOffset, factors.byteOffset, z.length, d.byteOffset);
  else for (let i = 0; i < z.length; i++) d[i] = Math.abs(z[i]!) < BOUND ? -fround(factors[i]! * d[i]!) : 0;
}

const { fround } = Math;

const BOUND = 40;
const ROUNDER = 12582912;
const [LOG2_E, LN2_LOW] = [fround(Math.LOG2E), fround(-2.1219444005469057e-4)];
const LN2_HIGH = 0.693359375;
/** Of the Taylor polynomial, the highest power first. */
const COEFFICIENTS = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1].map(fround);

/** The twin of assembly/gate-factors.ts: operation by operation, so that both give the same bits. */
function negativeExponential(z: number): number {
  const x = -z;
  const k = fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fround(fround(x - fround(k * LN2_HIGH)) - fround(k * LN2_LOW));
  const sum = COEFFICIENTS.reduce((total, coefficient) => fround(fround(total * r) + coefficient));
  return fround(sum * 2 ** k);
}
