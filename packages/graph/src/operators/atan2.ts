import { type DType, onnxTypeOf } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import type { Tensor } from '../tensor.ts';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { binary } from './binary.ts';
import { chain } from './chain.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { maximum } from './maximum.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { stopGradient } from './stop-gradient.ts';
import { where } from './where.ts';

/**
 * u / (x² + y²), u one of the two: scaled by the larger, so that squares neither overflow nor vanish. It does not depend on the scale,
 * which therefore counts as a constant. 0 at (0, 0), as in PyTorch, and where one is infinite, which is the limit.
 */
function slope(u: Tensor, y: Tensor, x: Tensor): Tensor {
  const top = stopGradient(maximum(abs(x), abs(y)));
  const usable = (other: number) =>
    where(equal(top, 0), other, where(equal(top, Number.POSITIVE_INFINITY), other, top));
  const [a, b, c] = [x, y, u].map((v) => div(v, usable(1))) as [Tensor, Tensor, Tensor];
  const ratio = div(c, mul(add(mul(a, a), mul(b, b)), usable(1)));
  return where(equal(top, 0), 0, where(equal(top, Number.POSITIVE_INFINITY), 0, ratio));
}

/** The angle of the point (x, y) in radians, from −π to π, by the signs of zeros where there are any (as C's and JavaScript's). */
export const atan2 = binary({
  name: 'atan2',
  onnx: emitAtan2,
  value: Math.atan2,
  partials: [(t, y, x) => chain(t, slope(x, y, x)), (t, y, x) => chain(t, neg(slope(y, y, x)))],
  floats: true,
});

/** The arc tangent of q in 0 … 1. ONNX Runtime has none in float64: a is that of float32, to which atan q − a = atan((q cos a − sin a) / (cos a + q sin a)) is added. */
function emitAtan(q: string, dtype: DType, emitter: Emitter): string {
  if (dtype === 'float32') return emitter.node('Atan', [q]);
  const node = (type: string, ...inputs: string[]) => emitter.node(type, inputs);
  const to = (type: DType, v: string) => emitter.node('Cast', [v], { to: onnxTypeOf(type) });
  const a = to('float64', node('Atan', to('float32', q)));
  const [sin, cos] = [node('Sin', a), node('Cos', a)];
  // So small, about 1e-8, that it is its own arc tangent.
  const rest = node('Div', node('Sub', node('Mul', q, cos), sin), node('Add', cos, node('Mul', q, sin)));
  return node('Add', a, rest);
}

/** In the first eighth of the circle the arc tangent of a quotient up to 1; then turned to where the point lies. */
function emitAtan2([y, x]: readonly string[], dtype: DType, emitter: Emitter): string {
  const number = (value: number) => emitter.scalar(dtype, value);
  const choose = (condition: string, a: string, b: string) => emitter.node('Where', [condition, a, b]);
  const node = (type: string, ...inputs: string[]) => emitter.node(type, inputs);
  // −0 is negative too: its inverse is −∞.
  const negative = (v: string) =>
    node('Or', node('Less', v, number(0)), node('Less', node('Div', number(1), v), number(0)));
  const [height, width] = [node('Abs', y!), node('Abs', x!)];
  const [low, high] = [node('Min', height, width), node('Max', height, width)];
  const quotient = choose(
    node('Equal', low, high),
    // Both are 0, or equal and perhaps infinite.
    choose(node('Equal', high, number(0)), number(0), number(1)),
    node('Div', low, high),
  );
  const eighth = emitAtan(quotient, dtype, emitter);
  const quarter = choose(node('Greater', height, width), node('Sub', number(Math.PI / 2), eighth), eighth);
  const half = choose(negative(x!), node('Sub', number(Math.PI), quarter), quarter);
  return choose(negative(y!), node('Neg', half), half);
}
