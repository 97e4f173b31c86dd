import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { unary } from './unary.ts';

/** The logistic function 1 / (1 + e^−x). */
export const sigmoid = unary({
  name: 'sigmoid',
  onnx: 'Sigmoid',
  value: (x) => 1 / (1 + Math.exp(-x)),
  derivative: (_x, y) => mul(y, sub(1, y)),
});
