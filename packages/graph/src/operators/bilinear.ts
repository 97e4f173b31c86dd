import type { Tensor } from '../tensor.ts';
import { add } from './add.ts';

/** The tangent of a product that is linear in each of its two operands. */
export function bilinearTangent(
  [ta, tb]: readonly (Tensor | undefined)[],
  [a, b]: readonly Tensor[],
  product: (a: Tensor, b: Tensor) => Tensor,
): Tensor | undefined {
  const left = ta && product(ta, b!);
  const right = tb && product(a!, tb);
  return left && right ? add(left, right) : (left ?? right);
}
