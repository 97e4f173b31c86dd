import { add } from './add.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { unary } from './unary.ts';

/** The angle in −π/2 … π/2 whose tangent is x. */
export const atan = unary({
  name: 'atan',
  onnx: 'Atan',
  value: Math.atan,
  derivative: (x) => div(1, add(mul(x, x), 1)),
});
