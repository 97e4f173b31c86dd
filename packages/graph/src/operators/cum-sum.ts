import { isFloat } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { normalizeAxis, type Shape, ShapeError, show } from '../shape.ts';
import { type AttributeValue, apply, type Operator, type Tensor } from '../tensor.ts';
import { mapLines } from './along-axis.ts';

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
  emit([x], { shape, dtype, attributes: { axis, reverse } }, emitter) {
    const length = shape[axis]!;
    const part = partOf(length);
    if (!isFloat(dtype) || part === length) return emitSums(x!, axis, reverse, false, emitter);
    const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
    return emitParts(x!, [...before, length / part, part, ...after], shape, axis, reverse, emitter);
  },
};

/** The greatest divisor of a length that isn't above `LONGEST`; the length itself where that is less than 8. */
function partOf(length: number): number {
  for (let part = Math.min(length, LONGEST); part >= 8; part--) if (length % part === 0) return part;
  return length;
}

const emitSums = (x: string, axis: number, reverse: boolean, exclusive: boolean, emitter: Emitter): string =>
  emitter.node('CumSum', [x, emitter.scalar('int64', axis)], {
    reverse: Number(reverse),
    exclusive: Number(exclusive),
  });

/** Sums along each part, and to each the sum of the parts before it. */
function emitParts(x: string, parts: Shape, shape: Shape, axis: number, reverse: boolean, emitter: Emitter): string {
  const cut = emitter.node('Reshape', [x, emitter.int64s(parts)]);
  const totals = emitter.node('ReduceSum', [cut, emitter.int64s([axis + 1])], { keepdims: 1 });
  const offsets = emitSums(totals, axis, reverse, true, emitter);
  const sums = emitter.node('Add', [emitSums(cut, axis + 1, reverse, false, emitter), offsets]);
  return emitter.node('Reshape', [sums, emitter.int64s(shape)]);
}

/** Each entry plus all before it along an axis, or all after it with `reverse`. */
export const cumSum = (x: Tensor, { axis = -1, reverse = false }: CumSumOptions = {}): Tensor =>
  apply(operator, [x], { axis: normalizeAxis('cumSum', axis, x.shape), reverse });
