import { sigmoid } from './sigmoid.ts';
import { unary } from './unary.ts';

/** log(1 + e^x), without overflow. */
export const softplus = unary({
  name: 'softplus',
  onnx: 'Softplus',
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: (x) => sigmoid(x),
});
