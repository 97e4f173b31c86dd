import { div } from './div.ts';
import { equal } from './equal.ts';
import { isSumOfSquares } from './known.ts';
import { unary } from './unary.ts';
import { where } from './where.ts';

/**
 * The derivative at 0 is infinite; but the root of a sum of squares is a norm, which has its least value where all of them are 0, and its
 * subgradient 0 there is taken.
 */
export const sqrt = unary({
  name: 'sqrt',
  onnx: 'Sqrt',
  value: Math.sqrt,
  derivative: (x, y) => (isSumOfSquares(x) ? where(equal(y, 0), 0, div(0.5, where(equal(y, 0), 1, y))) : div(0.5, y)),
});
