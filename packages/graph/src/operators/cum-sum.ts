import { type DType, isFloat } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { normalizeAxis, type Shape, ShapeError, show } from '../shape.ts';
import { type AttributeValue, apply, type Operator, type Tensor } from '../tensor.ts';
import { mapLines } from './along-axis.ts';
import { optionsOf } from './options.ts';

/** How `cumSum` counts. */
export interface CumSumOptions {
  /** The axis along which entries are added, the last by default. */
  readonly axis?: number;
  /** From the end to the start. Off by default. */
  readonly reverse?: boolean;
}

interface CumSumAttributes {
  readonly [name: string]: AttributeValue;
  readonly axis: number;
  readonly reverse: boolean;
}

/** Entries added one after the other; longer lines are cut into parts, so that the error grows with the sum of their lengths. */
const LONGEST = 256;

const operator: Operator<CumSumAttributes> = {
  name: 'cumSum',
  type([x]) {
    if (x!.dtype === 'bool' || x!.dtype === 'uint32')
      throw new ShapeError(`cumSum: takes float or int32 or int64, not ${x!.dtype}${show(x!.shape)}`);
    return x!;
  },
  evaluate: ([x], { attributes: { axis, reverse } }) =>
    mapLines(x!, axis, (line) => {
      let sum = 0;
      const add = (v: number) => {
        sum += v;
        return sum;
      };
      return reverse ? line.toReversed().map(add).reverse() : line.map(add);
    }),
  vjp: (cotangent, { attributes: { axis, reverse } }) => [cumSum(cotangent, { axis, reverse: !reverse })],
  jvp: ([t], { attributes: { axis, reverse } }) => t && cumSum(t, { axis, reverse }),
  emit: ([x], { shape, dtype, attributes: { axis, reverse } }, emitter) =>
    isFloat(dtype) && !emitter.openSizes
      ? emitLong(x!, { shape, dtype, axis, reverse }, emitter)
      : emitShort(x!, axis, reverse, emitter),
};

/** A line to add up, along an axis of a shape. */
interface Lines {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly axis: number;
  readonly reverse: boolean;
}

const emitShort = (x: string, axis: number, reverse: boolean, emitter: Emitter): string =>
  emitter.node('CumSum', [x, emitter.scalar('int64', axis)], { reverse: Number(reverse) });

/** Sums along parts of each line, the last filled up with zeros, and to each the sum of the parts before it. */
function emitLong(x: string, lines: Lines, emitter: Emitter): string {
  const { shape, dtype, axis, reverse } = lines;
  const length = shape[axis]!;
  if (length <= LONGEST) return emitShort(x, axis, reverse, emitter);
  const count = Math.ceil(length / LONGEST);
  const missing = count * LONGEST - length;
  const reshaped = (name: string, ...sizes: number[]) =>
    emitter.node('Reshape', [name, emitter.int64s(shape.toSpliced(axis, 1, ...sizes))]);
  const end = shape.map((_, i) => (i === axis ? missing : 0));
  const zero = emitter.scalar(dtype, 0);
  const widths = emitter.int64s([...shape.map(() => 0), ...end]);
  const parts = reshaped(missing > 0 ? emitter.node('Pad', [x, widths, zero]) : x, count, LONGEST);
  const totals = emitter.node('ReduceSum', [parts, emitter.int64s([axis + 1])], { keepdims: 0 });
  const through = emitLong(totals, { ...lines, shape: shape.with(axis, count) }, emitter);
  const before = reshaped(shifted(through, { ...lines, shape: shape.with(axis, count) }, emitter), count, 1);
  const sums = reshaped(emitter.node('Add', [emitShort(parts, axis + 1, reverse, emitter), before]), count * LONGEST);
  return missing > 0 ? sliceAlong(sums, axis, 0, length, emitter) : sums;
}

/** Each entry moved on by one place, after a 0. */
function shifted(x: string, { shape, dtype, axis, reverse }: Lines, emitter: Emitter): string {
  const count = shape[axis]!;
  const zeros = emitter.node('Expand', [emitter.scalar(dtype, 0), emitter.int64s(shape.with(axis, 1))]);
  const rest = reverse ? sliceAlong(x, axis, 1, count, emitter) : sliceAlong(x, axis, 0, count - 1, emitter);
  return emitter.node('Concat', reverse ? [rest, zeros] : [zeros, rest], { axis });
}

const sliceAlong = (x: string, axis: number, start: number, end: number, emitter: Emitter): string =>
  emitter.node('Slice', [x, ...[start, end, axis].map((n) => emitter.int64s([n]))]);

/** Each entry plus all before it along an axis, or all after it with `reverse`. */
export function cumSum(x: Tensor, options: CumSumOptions = {}): Tensor {
  const { axis = -1, reverse = false } = optionsOf('cumSum', options, 'axis', 'reverse');
  return apply(operator, [x], { axis: normalizeAxis('cumSum', axis, x.shape), reverse });
}
