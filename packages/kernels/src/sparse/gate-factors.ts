import { exponentialF32 } from './exponential-f32.ts';

const BOUND = 40;

/** e^−z, z held within ±40: the twin of assembly/gate-factors.ts, operation by operation, so that both give the same bits. */
export const gateFactor = (z: number): number => exponentialF32(-Math.max(Math.min(z, BOUND), -BOUND));

/** The cotangent of z from that of its factor: −factor · d where |z| < 40, else 0. */
export const gateFactorBackward = (z: number, factor: number, d: number): number =>
  Math.abs(z) < BOUND ? -Math.fround(factor * d) : 0;
