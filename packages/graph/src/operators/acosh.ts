import { div } from './div.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { unary } from './unary.ts';

/** The inverse of `cosh` that is at least 0; NaN below 1, where the derivative is infinite. */
export const acosh = unary({
  name: 'acosh',
  onnx: 'Acosh',
  value: Math.acosh,
  derivative: (x) => div(1, sqrt(sub(mul(x, x), 1))),
});
