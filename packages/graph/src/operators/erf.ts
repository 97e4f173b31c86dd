import { erfValue } from '../erf-value.ts';
import type { Tensor } from '../tensor.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { unary } from './unary.ts';
import { where } from './where.ts';

/** e^(−x²), an operator of its own for its derivative: −2x · e^(−x²) is 0 at ±∞ and not 0 · ∞. */
export const bell: (x: Tensor) => Tensor = unary({
  name: 'bell',
  onnx: ([x], _, emitter) => emitter.node('Exp', [emitter.node('Neg', [emitter.node('Mul', [x!, x!])])]),
  value: (x) => Math.exp(-x * x),
  derivative: (x, y) => mul(where(equal(y, 0), 0, mul(x, -2)), y),
});

/** The error function, 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = unary({
  name: 'erf',
  onnx: 'Erf',
  value: erfValue,
  derivative: (x) => mul(2 / Math.sqrt(Math.PI), bell(x)),
});
