import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';

/** y ← a·x + b·y. */
export function axpby(engine: Engine, a: number, x: Float32Array, b: number, y: Float32Array): void {
  checkLengths('axpby', { x, y });
  if (!engine.nativeFor(x, y)) {
    axpbyScalar(a, x, b, y);
    return;
  }
  engine.run({
    ...{ kernel: 'axpby', items: x.length, unit: LINE, nanoseconds: overlap(x, y) ? 0 : NANOSECONDS.axpby * x.length },
    args: (from, to) => [a, x.byteOffset + 4 * from, b, y.byteOffset + 4 * from, to - from],
  });
}

function axpbyScalar(a: number, x: Float32Array, b: number, y: Float32Array): void {
  const { fround } = Math;
  const a32 = fround(a);
  const b32 = fround(b);
  for (let i = 0; i < x.length; i++) y[i] = fround(a32 * x[i]!) + fround(b32 * y[i]!);
}

/** x ← a·x. */
export function scale(engine: Engine, x: Float32Array, a: number): void {
  if (!engine.nativeFor(x)) {
    scaleScalar(x, a);
    return;
  }
  engine.run({
    ...{ kernel: 'scale', items: x.length, unit: LINE, nanoseconds: NANOSECONDS.scale * x.length },
    args: (from, to) => [x.byteOffset + 4 * from, a, to - from],
  });
}

function scaleScalar(x: Float32Array, a: number): void {
  const a32 = Math.fround(a);
  for (let i = 0; i < x.length; i++) x[i] = a32 * x[i]!;
}

/** Every entry of x ← value. */
export function fill(engine: Engine, x: Float32Array, value: number): void {
  if (!engine.nativeFor(x)) {
    x.fill(value);
    return;
  }
  engine.run({
    ...{ kernel: 'fill', items: x.length, unit: LINE, nanoseconds: NANOSECONDS.fill * x.length },
    args: (from, to) => [x.byteOffset + 4 * from, value, to - from],
  });
}

/** out ← x. */
export function copy(engine: Engine, x: Float32Array, out: Float32Array): void {
  checkLengths('copy', { x, out });
  if (!engine.nativeFor(x, out)) {
    out.set(x);
    return;
  }
  engine.run({
    ...{ kernel: 'copy', items: x.length, unit: LINE },
    nanoseconds: overlap(x, out) ? 0 : NANOSECONDS.copy * x.length,
    args: (from, to) => [out.byteOffset + 4 * from, x.byteOffset + 4 * from, to - from],
  });
}

/** Of an entry on one thread. */
const NANOSECONDS = { axpby: 0.15, scale: 0.1, fill: 0.04, copy: 0.09 };

/** Whether two arrays of one length in one memory share some bytes, but not all: parts of the one would then change others of the other. */
const overlap = (x: Float32Array, y: Float32Array): boolean =>
  x.byteOffset !== y.byteOffset && Math.abs(x.byteOffset - y.byteOffset) < x.byteLength;
