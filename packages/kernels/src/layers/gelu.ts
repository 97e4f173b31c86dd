import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';

/** Of an entry on one thread. */
const NANOSECONDS = 2;

/** out ← g times the derivative of x Φ(x). */
export function geluBackward(engine: Engine, x: Float32Array, g: Float32Array, out: Float32Array): void {
  checkLengths('geluBackward', { x, g, out });
  if (!engine.nativeFor(x, g, out)) {
    for (let i = 0; i < x.length; i++) out[i] = g[i]! * slope(x[i]!);
    return;
  }
  engine.run({
    ...{ kernel: 'geluBackward', items: x.length, unit: LINE, nanoseconds: NANOSECONDS * x.length },
    args: (from, to) => [x.byteOffset + 4 * from, g.byteOffset + 4 * from, to - from, out.byteOffset + 4 * from],
  });
}

const { fround } = Math;

const polynomial = (x: number, first: number, rest: readonly number[]): number =>
  rest.reduce((sum, c) => fround(fround(sum * x) + c), first);

const EXPONENTIAL = [1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1].map(fround);
/** Coefficients of formula 7.1.26 of Abramowitz and Stegun. */
const TAIL = [-1.453152027, 1.421413741, -0.284496736, 0.254829592].map(fround);

/** e^x for x ≤ 0, as assembly/gelu.ts has it. */
function exponential(x: number): number {
  if (x < -87) return 0;
  const k = Math.floor(fround(fround(x * fround(Math.LOG2E)) + 0.5));
  const r = fround(fround(x - fround(k * fround(0.693359375))) - fround(k * fround(-2.1219444e-4)));
  return fround(polynomial(r, fround(1 / 5040), EXPONENTIAL) * 2 ** k);
}

function slope(x: number): number {
  const bell = exponential(fround(fround(x * x) * -0.5));
  const z = fround(Math.abs(x) * fround(Math.SQRT1_2));
  const t = fround(1 / fround(1 + fround(z * fround(0.3275911))));
  const tail = fround(fround(fround(polynomial(t, fround(1.061405429), TAIL) * t) * bell) * 0.5);
  const share = x < 0 ? tail : fround(1 - tail);
  const side = bell === 0 ? 0 : x;
  return fround(share + fround(fround(side * bell) * fround(0.3989422804014327)));
}
