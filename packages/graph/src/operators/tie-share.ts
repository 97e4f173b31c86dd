import type { Tensor } from '../tensor.ts';
import { constant } from './constant.ts';
import { equal } from './equal.ts';
import { unbounded } from './known.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * What of `t` belongs to `winner` in a comparison with `other`: all, half at a tie, or nothing; all to both where one is NaN. Nothing
 * of an infinite `t` is nothing too.
 */
export function share(t: Tensor, winner: Tensor, other: Tensor): Tensor {
  const [one, half] = [1, 0.5].map((x) => constant(x, [], t.dtype)) as [Tensor, Tensor];
  const shares = (all: Tensor, part: Tensor) => where(less(winner, other), 0, where(equal(winner, other), part, all));
  return unbounded(t) ? shares(t, mul(t, half)) : mul(t, shares(one, half));
}
