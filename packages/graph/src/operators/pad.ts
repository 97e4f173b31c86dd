import { build, flatIndex } from '../ndarray.ts';
import { type Shape, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { slice } from './slice.ts';

interface PadAttributes {
  readonly [name: string]: Shape | number;
  readonly before: Shape;
  readonly after: Shape;
  readonly value: number;
}

const operator: Operator<PadAttributes> = {
  name: 'pad',
  type([x], { before, after }) {
    const rank = x!.shape.length;
    if (
      before.length !== rank ||
      after.length !== rank ||
      ![...before, ...after].every((n) => Number.isInteger(n) && n >= 0)
    ) {
      throw new ShapeError(
        `pad: ${show(before)} before and ${show(after)} after don't fit ${show(x!.shape)}: one whole number of at least 0 for each axis`,
      );
    }
    return { shape: x!.shape.map((d, axis) => before[axis]! + d + after[axis]!), dtype: x!.dtype };
  },
  evaluate([x], { shape, dtype, attributes: { before, value } }) {
    return build(shape, dtype, (_, index) => {
      const from = index.map((i, axis) => i - before[axis]!);
      return from.every((i, axis) => i >= 0 && i < x!.shape[axis]!) ? x!.data[flatIndex(x!.shape, from)]! : value;
    });
  },
  vjp: (cotangent, { inputs: [x], attributes: { before } }) => [
    slice(
      cotangent,
      before,
      before.map((n, axis) => n + x!.shape[axis]!),
    ),
  ],
  jvp: ([t], { attributes: { before, after } }) => t && pad(t, before, after),
  emit: ([x], { dtype, attributes: { before, after, value } }, emitter) =>
    emitter.node('Pad', [x!, emitter.int64s([...before, ...after]), emitter.scalar(dtype, value)]),
  simplify: ({ inputs: [x], attributes: { before, after } }) =>
    [...before, ...after].every((n) => n === 0) ? x : undefined,
};

/** Adds `before[i]` and `after[i]` entries equal to `value` at the two ends of axis i. */
export const pad = (x: Tensor, before: Shape, after: Shape, value = 0): Tensor =>
  apply(operator, [x], { before, after, value });
