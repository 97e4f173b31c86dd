import { isFloat } from '../dtype.ts';
import { roundTo } from '../ndarray.ts';
import { ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { chosen } from './chain.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';

interface ClampAttributes {
  readonly [name: string]: number;
  readonly low: number;
  readonly high: number;
}

/** What of `t` belongs to entries between the bounds. */
const inside = (t: Tensor, { inputs: [x], attributes: { low, high } }: Tensor<ClampAttributes>): Tensor =>
  chosen(chosen(t, greater(x!, low)), less(x!, high));

const operator: Operator<ClampAttributes> = {
  name: 'clamp',
  type([x]) {
    if (!isFloat(x!.dtype)) throw new ShapeError(`clamp: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
    return x!;
  },
  evaluate([x], { dtype, attributes: { low, high } }) {
    const [least, most] = [roundTo(dtype, low), roundTo(dtype, high)];
    return { ...x!, data: x!.data.map((v) => Math.min(Math.max(v, least), most)) };
  },
  vjp: (cotangent, y) => [inside(cotangent, y)],
  jvp: ([t], y) => t && inside(t, y),
  emit: ([x], { dtype, attributes: { low, high } }, emitter) =>
    emitter.node('Min', [emitter.node('Max', [x!, emitter.scalar(dtype, low)]), emitter.scalar(dtype, high)]),
};

/**
 * Entries below `low` become `low`, those above `high` become `high`; either may be infinite. The derivative is 1 between the bounds
 * and 0 at them and outside (as PyTorch's and JAX's), also where what comes after has an infinite one.
 * @throws {ShapeError} unless low ≤ high
 */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw new ShapeError(`clamp: low is ${low} and high ${high}; low must not be above high`);
  return apply(operator, [x], { low, high });
}
