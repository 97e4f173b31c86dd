import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';

/** y ← a·x + b·y. */
export function axpby(engine: Engine, a: number, x: Float32Array, b: number, y: Float32Array): void {
  checkLengths('axpby', { x, y });
  const wasm = engine.nativeFor(x, y);
  if (wasm) wasm.axpby(a, x.byteOffset, b, y.byteOffset, x.length);
  else axpbyScalar(a, x, b, y);
}

function axpbyScalar(a: number, x: Float32Array, b: number, y: Float32Array): void {
  const { fround } = Math;
  const a32 = fround(a);
  const b32 = fround(b);
  for (let i = 0; i < x.length; i++) y[i] = fround(a32 * x[i]!) + fround(b32 * y[i]!);
}

/** x ← a·x. */
export function scale(engine: Engine, x: Float32Array, a: number): void {
  const wasm = engine.nativeFor(x);
  if (wasm) wasm.scale(x.byteOffset, a, x.length);
  else scaleScalar(x, a);
}

function scaleScalar(x: Float32Array, a: number): void {
  const a32 = Math.fround(a);
  for (let i = 0; i < x.length; i++) x[i] = a32 * x[i]!;
}

// For fill and copy the runtime's own functions are as fast as memory; the engine only rejects stale views.

/** Every entry of x ← value. */
export function fill(engine: Engine, x: Float32Array, value: number): void {
  engine.nativeFor(x);
  x.fill(value);
}

/** out ← x. */
export function copy(engine: Engine, x: Float32Array, out: Float32Array): void {
  checkLengths('copy', { x, out });
  engine.nativeFor(x, out);
  out.set(x);
}
