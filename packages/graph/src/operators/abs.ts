import { sign } from './sign.ts';
import { unary } from './unary.ts';

/** |x|, entry by entry. */
export const abs = unary({
  name: 'abs',
  onnx: 'Abs',
  value: Math.abs,
  derivative: (x) => sign(x),
  integers: true,
});
