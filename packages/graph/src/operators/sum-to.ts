import { type Shape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';

/** The adjoint of `broadcastTo`: sums over the axes along which `shape` would be repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const skip = x.shape.length - shape.length;
  const axes = x.shape.flatMap((d, axis) => (axis < skip || (shape[axis - skip] === 1 && d !== 1) ? [axis] : []));
  return reshape(axes.length > 0 ? reduceSum(x, { axes }) : x, shape);
}
