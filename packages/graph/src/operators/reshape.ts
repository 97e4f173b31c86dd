import { type Shape, ShapeError, sameShape, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

interface ReshapeAttributes {
  readonly [name: string]: Shape;
  readonly to: Shape;
}

const operator: Operator<ReshapeAttributes> = {
  name: 'reshape',
  type([x], { to }) {
    if (sizeOf(to) !== sizeOf(x!.shape)) {
      throw new ShapeError(`reshape: ${show(x!.shape)} has ${sizeOf(x!.shape)} entries, ${show(to)} has ${sizeOf(to)}`);
    }
    return { shape: to, dtype: x!.dtype };
  },
  evaluate: ([x], { shape }) => ({ ...x!, shape }),
  vjp: (cotangent, { inputs: [x] }) => [reshape(cotangent, x!.shape)],
  jvp: ([t], { shape }) => t && reshape(t, shape),
  emit: ([x], { shape }, emitter) => emitter.node('Reshape', [x!, emitter.int64s(shape)]),
  simplify({ inputs: [x], shape }) {
    if (sameShape(x!.shape, shape)) return x;
    return x!.operator.name === 'reshape' ? reshape(x!.inputs[0]!, shape) : undefined;
  },
};

/** The same entries, in row-major order, under another shape. One size may be −1: what is left. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const open = shape.indexOf(-1);
  if (open < 0) return sameShape(x.shape, shape) ? x : apply(operator, [x], { to: shape });
  const rest = sizeOf(shape.filter((_, i) => i !== open));
  return apply(operator, [x], { to: shape.map((d, i) => (i === open ? sizeOf(x.shape) / rest : d)) });
}
