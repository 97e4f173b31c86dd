import { erfValue } from '../erf-value.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { unary } from './unary.ts';

/** The error function, 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = unary({
  name: 'erf',
  onnx: 'Erf',
  value: erfValue,
  derivative: (x) => mul(2 / Math.sqrt(Math.PI), exp(neg(mul(x, x)))),
});
