import { isFloat } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { type Shape, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type ReductionAttributes, reduce } from './reduction.ts';

/*
 * ONNX Runtime adds one entry after the other, so that the error of a sum grows with its length, and a float32 sum of ones ends at 2²⁴.
 * Long sums are written as sums of short ones: the error then grows with the sum of their lengths.
 */

/** Entries added one after the other: where the last axis is among them several sums run side by side in a register; else not. */
const LONGEST_ROW = 512;
const LONGEST_COLUMN = 256;

/** Neighbouring axes that are reduced. */
interface Run {
  readonly first: number;
  readonly count: number;
  readonly size: number;
}

function runsOf(shape: Shape, axes: Shape): Run[] {
  const runs: Run[] = [];
  for (const axis of axes) {
    const last = runs.at(-1);
    if (last && last.first + last.count === axis) {
      runs[runs.length - 1] = { ...last, count: last.count + 1, size: last.size * shape[axis]! };
    } else runs.push({ first: axis, count: 1, size: shape[axis]! });
  }
  return runs;
}

const longestOf = (shape: Shape, { first, count }: Run): number =>
  sizeOf(shape.slice(first + count)) === 1 ? LONGEST_ROW : LONGEST_COLUMN;

/** A sum (of squares) over axes. */
export function emitSum(
  type: 'ReduceSum' | 'ReduceSumSquare',
  x: string,
  node: Tensor<ReductionAttributes>,
  emitter: Emitter,
): string {
  const { attributes, dtype, inputs } = node;
  const { shape } = inputs[0]!;
  const runs = runsOf(shape, attributes.axes);
  const short = runs.length === 1 || sizeOf(runs.map(({ size }) => size)) <= LONGEST_COLUMN;
  if (
    !isFloat(dtype) ||
    emitter.openSizes ||
    sizeOf(shape) === 0 ||
    (short && runs.every((run) => run.size <= longestOf(shape, run)))
  ) {
    return reduce(type, x, attributes, emitter);
  }
  // ReduceSumSquare is fast over all axes alone.
  let [sum, sizes] = [type === 'ReduceSum' ? x : emitter.node('Mul', [x, x]), shape];
  // From the last run to the first, so that the axes before one keep their places.
  for (const run of runs.toReversed()) [sum, sizes] = emitRun(sum, sizes, run, emitter);
  return sameShape(sizes, node.shape) ? sum : reshapeTo(sum, node.shape, emitter);
}

/** Sums one run of axes away, which leaves none of them. */
function emitRun(x: string, shape: Shape, run: Run, emitter: Emitter): [name: string, shape: Shape] {
  const { first, count, size } = run;
  const [before, after] = [shape.slice(0, first), shape.slice(first + count)];
  const longest = longestOf(shape, run);
  const part = partOf(size, longest);
  const result: Shape = [...before, ...after];
  if (part === size) {
    const axes = Array.from({ length: count }, (_, i) => first + i);
    return [reduce('ReduceSum', x, { axes, keepDims: false }, emitter), result];
  }
  const flat = count === 1 ? x : reshapeTo(x, [...before, size, ...after], emitter);
  const whole = Math.floor(size / part) * part;
  const cut = (start: number, end: number) =>
    emitter.node('Slice', [flat, ...[start, end, first].map((n) => emitter.int64s([n]))]);
  const cuts = [...before, whole / part, part, ...after];
  const blocks = reshapeTo(whole === size ? flat : cut(0, whole), cuts, emitter);
  const sums = reduce('ReduceSum', blocks, { axes: [first + 1], keepDims: false }, emitter);
  const left = [...before, whole / part, ...after];
  const [sum] = emitRun(sums, left, { first, count: 1, size: whole / part }, emitter);
  if (whole === size) return [sum, result];
  const rest = reduce('ReduceSum', cut(whole, size), { axes: [first], keepDims: false }, emitter);
  return [emitter.node('Add', [sum, rest]), result];
}

/** The length of the short sums: the largest divisor that isn't much shorter than it may be, so that nothing is cut off; else the longest. */
function partOf(size: number, longest: number): number {
  if (size <= longest) return size;
  for (let part = longest; part > longest / 8; part--) if (size % part === 0) return part;
  return longest;
}

const reshapeTo = (x: string, shape: Shape, emitter: Emitter): string =>
  emitter.node('Reshape', [x, emitter.int64s(shape)]);
