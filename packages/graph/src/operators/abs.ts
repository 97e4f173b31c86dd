import { sign } from './sign.ts';
import { unary } from './unary.ts';

export const abs = unary({
  name: 'abs',
  onnx: 'Abs',
  value: Math.abs,
  derivative: (x) => sign(x),
  integers: true,
});
