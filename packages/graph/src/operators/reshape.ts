import { checkShape, type Shape, ShapeError, sameShape, show, sizeOf } from '../shape.ts';
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
  emit([x], { inputs: [source], shape }, emitter) {
    if (sizeOf(shape) === 0) return emitter.node('Reshape', [x!, emitter.int64s(shape)], { allowzero: 1 });
    // 0 stands for the operand's own size: so a first axis that is kept may be a batch axis that an exported file leaves open.
    const to = shape.map((d, axis) => (axis === 0 && d === source!.shape[0] ? 0 : d));
    return emitter.node('Reshape', [x!, emitter.int64s(to)]);
  },
  simplify({ inputs: [x], shape }) {
    if (sameShape(x!.shape, shape)) return x;
    return x!.operator.name === 'reshape' ? reshape(x!.inputs[0]!, shape) : undefined;
  },
};

/** The same entries, in row-major order, under another shape. One size may be −1: what is left. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const open = shape.indexOf(-1);
  const given = shape.filter((_, i) => i !== open);
  checkShape('reshape', given);
  if (open < 0) return sameShape(x.shape, shape) ? x : apply(operator, [x], { to: shape });
  const left = sizeOf(x.shape) / sizeOf(given);
  if (!Number.isInteger(left)) {
    throw new ShapeError(`reshape: ${show(x.shape)} has ${sizeOf(x.shape)} entries, which ${show(shape)} can't divide`);
  }
  return apply(operator, [x], { to: shape.with(open, left) });
}
