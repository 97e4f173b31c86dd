import { div } from './div.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { unary } from './unary.ts';

/** The angle in 0 … π whose cosine is x; NaN outside −1 … 1, and the derivative is infinite at both ends. */
export const acos = unary({
  name: 'acos',
  onnx: 'Acos',
  value: Math.acos,
  derivative: (x) => div(-1, sqrt(sub(1, mul(x, x)))),
});
