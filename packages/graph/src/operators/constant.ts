import { type DType, encode } from '../dtype.ts';
import { type NdArray, roundTo } from '../ndarray.ts';
import { checkShape, type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

interface ConstantAttributes {
  readonly [name: string]: NdArray;
  readonly value: NdArray;
}

const operator: Operator<ConstantAttributes> = {
  name: 'constant',
  type: (_, { value }) => ({ shape: value.shape, dtype: value.dtype }),
  evaluate: (_, { attributes }) => attributes.value,
  emit: (_, { shape, dtype, attributes }, emitter) =>
    emitter.constant(dtype, shape, encode(dtype, attributes.value.data)),
};

/**
 * A tensor of known values.
 * @param values a number, or `shape`'s entries in row-major order
 * @throws {ShapeError} when the number of values doesn't fit the shape
 */
export function constant(values: number | ArrayLike<number>, shape: Shape = [], dtype: DType = 'float32'): Tensor {
  checkShape('constant', shape);
  const list = typeof values === 'number' ? [values] : values;
  if (list.length !== sizeOf(shape)) {
    throw new ShapeError(
      `constant: ${list.length} values given for shape ${show(shape)}, which holds ${sizeOf(shape)}`,
    );
  }
  // Not `from` with a function, which collects the values in an array of its own first.
  const data = new Float64Array(list);
  for (let i = 0; i < data.length; i++) data[i] = roundTo(dtype, data[i]!);
  return fromNdArray({ shape, dtype, data });
}

export const fromNdArray = (value: NdArray): Tensor => apply(operator, [], { value });

/** The value of a constant tensor, else `undefined`. */
export const constantValue = (tensor: Tensor): NdArray | undefined =>
  (tensor.operator as unknown) === operator ? (tensor.attributes as ConstantAttributes).value : undefined;

/** The one number that every entry of a constant tensor, repeated by `broadcastTo` or not, equals; else `undefined`. */
export function uniformValue(tensor: Tensor): number | undefined {
  if (tensor.operator.name === 'broadcastTo') return uniformValue(tensor.inputs[0]!);
  const data = constantValue(tensor)?.data;
  const first = data?.[0];
  return data?.every((x) => x === first) ? first : undefined;
}

/** Turns a plain number into a scalar constant of `like`'s element type. */
export const lift = (x: Tensor | number, like: Tensor): Tensor =>
  typeof x === 'number' ? constant(x, [], like.dtype) : x;
