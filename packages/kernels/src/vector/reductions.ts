import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';

/** Partial sums that run side by side. Entry i goes to the sum i mod 8, as in assembly/reductions.ts. */
const LANES = 8;

/** Σ x·y. */
export function dot(engine: Engine, x: Float32Array, y: Float32Array): number {
  checkLengths('dot', { x, y });
  const wasm = engine.nativeFor(x, y);
  return wasm ? wasm.dot(x.byteOffset, y.byteOffset, x.length) : dotScalar(x, y);
}

/** √Σ x². */
export function norm2(engine: Engine, x: Float32Array): number {
  const wasm = engine.nativeFor(x);
  return Math.sqrt(wasm ? wasm.sumOfSquares(x.byteOffset, x.length) : dotScalar(x, x));
}

/** Σ x. */
export function sum(engine: Engine, x: Float32Array): number {
  const wasm = engine.nativeFor(x);
  return wasm ? wasm.sum(x.byteOffset, x.length) : sumScalar(x);
}

function dotScalar(x: Float32Array, y: Float32Array): number {
  const sums = new Float64Array(LANES);
  const whole = x.length - (x.length % LANES);
  for (let i = 0; i < whole; i++) sums[i % LANES]! += x[i]! * y[i]!;
  let result = total(sums);
  for (let i = whole; i < x.length; i++) result += x[i]! * y[i]!;
  return result;
}

function sumScalar(x: Float32Array): number {
  const sums = new Float64Array(LANES);
  const whole = x.length - (x.length % LANES);
  for (let i = 0; i < whole; i++) sums[i % LANES]! += x[i]!;
  let result = total(sums);
  for (let i = whole; i < x.length; i++) result += x[i]!;
  return result;
}

/** Adds the partial sums in the wasm kernel's order. */
function total(sums: Float64Array): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
  return a + c + (e + g) + (b + d + (f + h));
}
