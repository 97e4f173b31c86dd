import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { unary } from './unary.ts';

/** The logistic function 1 / (1 + e^−x). */
export const sigmoid = unary({
  name: 'sigmoid',
  // ONNX Runtime's Sigmoid is a rational function that is 0 below −18, and at −10 off by 2e-4 of the value.
  onnx([x], { dtype }, emitter) {
    const one = emitter.scalar(dtype, 1);
    const power = emitter.node('Exp', [emitter.node('Neg', [x!])]);
    return emitter.node('Div', [one, emitter.node('Add', [one, power])]);
  },
  value: (x) => 1 / (1 + Math.exp(-x)),
  derivative: (_x, y) => mul(y, sub(1, y)),
});
