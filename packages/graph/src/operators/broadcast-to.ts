import { broadcastReader, build } from '../ndarray.ts';
import { broadcastShapes, type Shape, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { sumTo } from './sum-to.ts';

interface BroadcastAttributes {
  readonly [name: string]: Shape;
  readonly to: Shape;
}

const operator: Operator<BroadcastAttributes> = {
  name: 'broadcastTo',
  type([x], { to }) {
    if (!sameShape(broadcastShapes('broadcastTo', x!.shape, to), to)) {
      throw new ShapeError(`broadcastTo: ${show(x!.shape)} is larger than ${show(to)}`);
    }
    return { shape: to, dtype: x!.dtype };
  },
  evaluate([x], { shape, dtype }) {
    const read = broadcastReader(x!);
    return build(shape, dtype, (_, index) => read(index));
  },
  vjp: (cotangent, { inputs: [x] }) => [sumTo(cotangent, x!.shape)],
  jvp: ([t], { shape }) => t && broadcastTo(t, shape),
  emit: ([x], { shape }, emitter) => emitter.node('Expand', [x!, emitter.int64s(shape)]),
};

/** Repeats axes of size 1, and adds axes in front, by NumPy's rule. */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(operator, [x], { to: shape });
