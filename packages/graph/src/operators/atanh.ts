import { div } from './div.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { unary } from './unary.ts';

/** The inverse of `tanh`; infinite at −1 and 1, NaN outside. */
export const atanh = unary({
  name: 'atanh',
  onnx: 'Atanh',
  value: Math.atanh,
  derivative: (x) => div(1, sub(1, mul(x, x))),
});
