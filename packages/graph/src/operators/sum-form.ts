import { type DType, encode, isFloat } from '../dtype.ts';
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

/**
 * Entries that aren't reduced, before and after a run that is, from which ONNX Runtime gives each of its threads some of them. With fewer entries
 * than threads it adds in another order, so that bits would depend on the number of threads (docs/decisions/015-same-numbers.md).
 */
const MOST_THREADS = 64;

/** Entries that a product with ones adds up in an order that doesn't depend on threads. */
const LONGEST_PRODUCT = 128;

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
  const short = isSteady(shape, runs) && (runs.length === 1 || sizeOf(runs.map(({ size }) => size)) <= LONGEST_COLUMN);
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
  for (const run of runs.toReversed()) [sum, sizes] = emitRun(sum, sizes, run, dtype, emitter);
  return sameShape(sizes, node.shape) ? sum : reshapeTo(sum, node.shape, emitter);
}

/** Whether ONNX Runtime adds in an order that doesn't depend on its threads: along one side of a matrix, or for many entries. */
function isSteady(shape: Shape, runs: readonly Run[]): boolean {
  if (runs.length > 1)
    return runs.length === 2 && sizeOf(shape.slice(0, runs[1]!.first)) >= MOST_THREADS * runs[0]!.size;
  return runs.every(({ first, count }) => {
    const [before, after] = [sizeOf(shape.slice(0, first)), shape.slice(first + count)];
    // An axis of one entry behind is a middle axis's neighbour like others.
    return before === 1 || after.length === 0 || before >= MOST_THREADS;
  });
}

/** Sums one run of axes away, which leaves none of them. */
function emitRun(x: string, shape: Shape, run: Run, dtype: DType, emitter: Emitter): [name: string, shape: Shape] {
  const { first, count, size } = run;
  const [before, behind] = [shape.slice(0, first), shape.slice(first + count)];
  const after = sizeOf(behind) === 1 ? [] : behind;
  const part = partFor(sizeOf(before), sizeOf(after), size, longestOf(shape, run));
  const result: Shape = [...before, ...after];
  if (part === size && isSteady(shape, [run])) {
    const axes = Array.from({ length: count }, (_, i) => first + i);
    return [reduce('ReduceSum', x, { axes, keepDims: false }, emitter), [...before, ...behind]];
  }
  const sizes = [...before, size, ...after];
  const flat = sizes.length === shape.length ? x : reshapeTo(x, sizes, emitter);
  if (part === size && isSteady(sizes, [{ first, count: 1, size }]))
    return [reduce('ReduceSum', flat, { axes: [first], keepDims: false }, emitter), result];
  if (part === size) return [emitProductWithOnes(flat, shape, run, dtype, emitter), result];
  const whole = Math.floor(size / part) * part;
  const cut = (start: number, end: number) =>
    emitter.node('Slice', [flat, ...[start, end, first].map((n) => emitter.int64s([n]))]);
  const cuts = [...before, whole / part, part, ...after];
  const blocks = reshapeTo(whole === size ? flat : cut(0, whole), cuts, emitter);
  const sums = reduce('ReduceSum', blocks, { axes: [first + 1], keepDims: false }, emitter);
  const left = [...before, whole / part, ...after];
  const [sum] = emitRun(sums, left, { first, count: 1, size: whole / part }, dtype, emitter);
  if (whole === size) return [sum, result];
  const rest = { first, count: 1, size: size - whole };
  const [last] = emitRun(cut(whole, size), [...before, rest.size, ...after], rest, dtype, emitter);
  return [emitter.node('Add', [sum, last]), result];
}

/** A sum over a middle axis that is too short to be cut. */
function emitProductWithOnes(
  x: string,
  shape: Shape,
  { first, count, size }: Run,
  dtype: DType,
  emitter: Emitter,
): string {
  const [before, after] = [shape.slice(0, first), shape.slice(first + count)];
  const matrices = reshapeTo(x, [sizeOf(before), size, sizeOf(after)], emitter);
  const ones = emitter.constant(dtype, [1, size], encode(dtype, new Array<number>(size).fill(1)));
  return reshapeTo(emitter.node('MatMul', [ones, matrices]), [...before, ...after], emitter);
}

/** The length of the short sums, of which there are so many that their order is steady, or all of the size. */
function partFor(before: number, after: number, size: number, longest: number): number {
  if (after === 1 || before >= MOST_THREADS || (before === 1 && size <= longest)) return partOf(size, longest);
  if (size <= LONGEST_PRODUCT) return size;
  const most = Math.min(longest, Math.floor((before * size) / MOST_THREADS));
  const part = partOf(size, most);
  return part > 1 && before * Math.floor(size / part) >= MOST_THREADS ? part : Math.max(2, Math.floor(most / 2));
}

/** The length of the short sums: the largest divisor that isn't much shorter than it may be, so that nothing is cut off; else the longest. */
function partOf(size: number, longest: number): number {
  if (size <= longest) return size;
  for (let part = longest; part > longest / 8; part--) if (size % part === 0) return part;
  return longest;
}

const reshapeTo = (x: string, shape: Shape, emitter: Emitter): string =>
  emitter.node('Reshape', [x, emitter.int64s(shape)]);
