import type { Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { lift } from './constant.ts';
import { equal } from './equal.ts';
import { fmod } from './fmod.ts';
import { less } from './less.ts';
import { logicalAnd, logicalNot, logicalXor } from './logical.ts';
import { where } from './where.ts';

/** What is left of a after whole b are taken from it, with the sign of the divisor b (Python's %, PyTorch's remainder): a − b · ⌊a/b⌋. */
export function mod(a: Tensor, divisor: Tensor | number): Tensor {
  const b = lift(divisor, a);
  const rest = fmod(a, b);
  const apart = logicalAnd(logicalNot(equal(rest, 0)), logicalXor(less(rest, 0), less(b, 0)));
  return where(apart, add(rest, b), rest);
}
