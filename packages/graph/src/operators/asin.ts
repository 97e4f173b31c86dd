import { div } from './div.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { unary } from './unary.ts';

/** The angle in −π/2 … π/2 whose sine is x; NaN outside −1 … 1, and the derivative is infinite at both ends. */
export const asin = unary({
  name: 'asin',
  onnx: 'Asin',
  value: Math.asin,
  derivative: (x) => div(1, sqrt(sub(1, mul(x, x)))),
});
