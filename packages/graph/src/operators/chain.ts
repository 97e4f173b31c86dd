import type { Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { tame, unbounded, zerosIn } from './known.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/*
 * Products of derivative rules. Where a branch wasn't taken its cotangent is 0 and stays 0, also where the derivative of what was
 * computed there is infinite or NaN: 0 · ∞ would be NaN (docs/decisions/013-zero-times-infinity.md).
 */

/**
 * t · d, the chain rule's product of a cotangent or tangent and a local derivative: an exact 0 of `t` is 0 whatever `d` is, and so is one
 * of a mask `d`.
 */
export function chain(t: Tensor, d: Tensor): Tensor {
  if (needsGuard(t, d)) return mul(t, finiteWhereZero(t, d));
  const masks = unbounded(t) && tame(d) && zerosIn(d) !== 'none';
  return mul(masks ? finiteWhereZero(d, t) : t, d);
}

/** t / b, the same for a quotient. */
export function chainQuotient(t: Tensor, b: Tensor): Tensor {
  const inverse = div(1, b);
  if (!needsGuard(t, inverse)) return div(t, b);
  return div(t, where(isZero(t), where(isFiniteEntry(inverse), b, 1), b));
}

/** What of `t` reaches an operand that was chosen where `condition` holds: `t` there and 0 elsewhere, also where `t` is infinite. */
export const chosen = (t: Tensor, condition: Tensor): Tensor =>
  // ONNX Runtime multiplies several times faster than it chooses by Where (docs/decisions/009-convolution-gradients.md).
  unbounded(t) ? where(condition, t, 0) : mul(t, cast(condition, t.dtype));

function needsGuard(t: Tensor, d: Tensor): boolean {
  const zeros = zerosIn(t);
  return zeros === 'chosen' ? !tame(d) : zeros === 'masked' && unbounded(d);
}

/** `d`, but 0 where it isn't finite and `t` is 0. Where `d` is finite its own derivative is left as it is. */
const finiteWhereZero = (t: Tensor, d: Tensor): Tensor => where(isZero(t), where(isFiniteEntry(d), d, 0), d);

const isZero = (t: Tensor): Tensor => equal(t, 0);

const isFiniteEntry = (d: Tensor): Tensor => equal(mul(d, 0), 0);
