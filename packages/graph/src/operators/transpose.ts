import { build, flatIndex } from '../ndarray.ts';
import { normalizeAxes, type Shape, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

interface TransposeAttributes {
  readonly [name: string]: Shape;
  readonly permutation: Shape;
}

const operator: Operator<TransposeAttributes> = {
  name: 'transpose',
  type([x], { permutation }) {
    if (normalizeAxes('transpose', permutation, x!.shape).length !== x!.shape.length) {
      throw new ShapeError(`transpose: ${show(permutation)} doesn't name every axis of ${show(x!.shape)}`);
    }
    return { shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype };
  },
  evaluate([x], { shape, dtype, attributes: { permutation } }) {
    const from = new Array<number>(shape.length);
    return build(shape, dtype, (_, index) => {
      for (let i = 0; i < from.length; i++) from[permutation[i]!] = index[i]!;
      return x!.data[flatIndex(x!.shape, from)]!;
    });
  },
  vjp: (cotangent, { attributes }) => [transpose(cotangent, inverse(attributes.permutation))],
  jvp: ([t], { attributes }) => t && transpose(t, attributes.permutation),
  emit: ([x], { attributes }, emitter) => emitter.node('Transpose', [x!], { perm: attributes.permutation }),
  simplify({ inputs: [x], attributes: { permutation } }) {
    if (permutation.every((axis, i) => axis === i)) return x;
    const before = transposition(x!);
    return (
      before &&
      transpose(
        x!.inputs[0]!,
        permutation.map((axis) => before[axis]!),
      )
    );
  },
};

/** The permutation of axes if `tensor` is a transposition, else `undefined`. */
export const transposition = (tensor: Tensor): Shape | undefined =>
  (tensor.operator as unknown) === operator ? (tensor.attributes as TransposeAttributes).permutation : undefined;

function inverse(permutation: Shape): Shape {
  const result = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => {
    result[axis] = i;
  });
  return result;
}

/** Axis i of the result is axis `permutation[i]` of `x`; without a permutation the order is reversed. */
export const transpose = (x: Tensor, permutation: Shape = x.shape.map((_, i) => x.shape.length - 1 - i)): Tensor =>
  apply(operator, [x], { permutation: permutation.map((axis) => (axis < 0 ? axis + x.shape.length : axis)) });
