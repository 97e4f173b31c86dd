import type { Engine } from '../engine.ts';

/** The largest |x|; NaN if there is a NaN, 0 if there are no entries. */
export function maxAbs(engine: Engine, x: Float32Array): number {
  const wasm = engine.nativeFor(x);
  return wasm ? wasm.maxAbs(x.byteOffset, x.length) : maxAbsScalar(x);
}

function maxAbsScalar(x: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  return largest;
}

/** The index of the first NaN or infinity, or −1 if all are finite. */
export function firstNonFinite(engine: Engine, x: Float32Array): number {
  const wasm = engine.nativeFor(x);
  return wasm ? wasm.firstNonFinite(x.byteOffset, x.length) : firstNonFiniteScalar(x);
}

function firstNonFiniteScalar(x: Float32Array): number {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i]!)) return i;
  return -1;
}
