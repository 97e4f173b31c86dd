import type { Tensor } from '../tensor.ts';
import { unary } from './unary.ts';

/** The hyperbolic sine, (eˣ − e⁻ˣ)/2. */
export const sinh: (x: Tensor) => Tensor = unary({
  name: 'sinh',
  onnx: 'Sinh',
  value: Math.sinh,
  derivative: (x) => cosh(x),
});

/** The hyperbolic cosine, (eˣ + e⁻ˣ)/2. */
export const cosh: (x: Tensor) => Tensor = unary({
  name: 'cosh',
  onnx: 'Cosh',
  value: Math.cosh,
  derivative: (x) => sinh(x),
});
