import { add, erf, mul, type Tensor, tanh } from '@unbraid/graph';

/**
 * x · Φ(x), Φ the standard normal distribution function, or its approximation by tanh (Hendrycks and Gimpel 2016).
 */
export function geluOf(x: Tensor, approximate: boolean): Tensor {
  if (!approximate) return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
  const cubic = mul(add(mul(mul(x, x), 0.044715), 1), x);
  return mul(mul(x, 0.5), add(tanh(mul(cubic, Math.sqrt(2 / Math.PI))), 1));
}
