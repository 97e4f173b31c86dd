import { add } from './add.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { unary } from './unary.ts';

/** The inverse of `sinh`. */
export const asinh = unary({
  name: 'asinh',
  onnx: 'Asinh',
  value: Math.asinh,
  derivative: (x) => div(1, sqrt(add(mul(x, x), 1))),
});
