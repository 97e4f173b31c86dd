import type { Tensor } from '../tensor.ts';
import { constant } from './constant.ts';
import { equal } from './equal.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/** What of `t` belongs to `winner` in a comparison with `other`: all, half at a tie, or nothing. */
export function share(t: Tensor, winner: Tensor, other: Tensor): Tensor {
  const [one, half, zero] = [1, 0.5, 0].map((x) => constant(x, [], t.dtype)) as [Tensor, Tensor, Tensor];
  return mul(t, where(greater(winner, other), one, where(equal(winner, other), half, zero)));
}
