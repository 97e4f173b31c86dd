import {
  abs,
  broadcastTo,
  concat,
  constant,
  log,
  logSumExp,
  mul,
  norm,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  reshape,
  sizeOf,
  slice,
  type Tensor,
  transpose,
} from '@unbraid/graph';
import type { Converter, Converters } from '../converter.ts';
import { axesIn } from './axes.ts';
import { isFloat, widest, within } from './kernel-types.ts';

interface Over {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Axes as attribute, later as input; without any all of them, or none where the node says so. */
const reduction =
  (f: (x: Tensor, over: Over) => Tensor): Converter =>
  (node) => {
    const x = node.input(0);
    const given = node.attributes.integers('axes') ?? node.optionalIntegers(1) ?? [];
    if (given.length === 0 && node.attributes.integer('noop_with_empty_axes', 0) !== 0) return [x];
    const axes = given.length === 0 ? [...x.shape.keys()] : axesIn(node, given, x.shape.length);
    return [f(x, { axes, keepDims: node.attributes.integer('keepdims', 1) !== 0 })];
  };

const remaining = (x: Tensor, { axes, keepDims }: Over): number[] =>
  x.shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));

/** In a type with kernels; whole numbers that have none are sums of 64 bits. */
const summed = (x: Tensor, over: Over): Tensor =>
  x.dtype === 'uint32' ? within(x, 'int64', (y) => reduceSum(y, over)) : reduceSum(x, over);

/** The extremum of nothing is what every number exceeds. */
const extremum = (f: typeof reduceMax, sign: number) => (x: Tensor, over: Over) => {
  if (sizeOf(x.shape) === 0) return broadcastTo(constant(lowest(x.dtype, sign), [], x.dtype), remaining(x, over));
  return within(x, widest(x.dtype), (y) => f(y, over));
};

/** The least value of a type, or with sign −1 the largest. */
function lowest(dtype: Tensor['dtype'], sign: number): number {
  switch (dtype) {
    case 'bool':
      return sign > 0 ? 0 : 1;
    case 'int32':
      return sign > 0 ? -(2 ** 31) : 2 ** 31 - 1;
    case 'uint32':
      return sign > 0 ? 0 : 2 ** 32 - 1;
    case 'int64':
      return sign > 0 ? -(2 ** 63) : 2 ** 63 - 1024;
    default:
      return sign > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
}

/**
 * A product of many factors, by halves, so that its derivative by a factor is the product of the others also where one is 0.
 */
function product(x: Tensor, over: Over): Tensor {
  const kept = [...x.shape.keys()].filter((axis) => !over.axes.includes(axis));
  const count = sizeOf(over.axes.map((axis) => x.shape[axis]!));
  const rows = sizeOf(kept.map((axis) => x.shape[axis]!));
  if (count === 0) return broadcastTo(constant(1, [], x.dtype), remaining(x, over));
  let lines = reshape(transpose(x, [...kept, ...over.axes]), [rows, count]);
  for (let length = count; length > 1; length = lines.shape[1]!) {
    const half = Math.floor(length / 2);
    const pairs = mul(
      slice(lines, [undefined, 0], [undefined, half]),
      slice(lines, [undefined, half], [undefined, 2 * half]),
    );
    lines = length === 2 * half ? pairs : concat([pairs, slice(lines, [undefined, 2 * half])], 1);
  }
  return reshape(lines, remaining(x, over));
}

/** The same of floats; whole numbers by float64, and back. */
const ofFloats =
  (f: (x: Tensor, over: Over) => Tensor) =>
  (x: Tensor, over: Over): Tensor =>
    isFloat(x) ? f(x, over) : within(x, 'float64', (y) => f(y, over));

const squared = (x: Tensor): Tensor => mul(x, x);

/** Axes folded away. */
export const reductions: Converters = {
  ReduceSum: reduction(summed),
  ReduceMean: reduction((x, over) =>
    isFloat(x) ? reduceMean(x, over) : within(x, 'float64', (y) => reduceMean(y, over)),
  ),
  ReduceMax: reduction(extremum(reduceMax, 1)),
  ReduceMin: reduction(extremum(reduceMin, -1)),
  ReduceProd: reduction(product),
  ReduceL1: reduction((x, over) => summed(abs(x), over)),
  ReduceL2: reduction(ofFloats(norm)),
  ReduceSumSquare: reduction((x, over) => summed(squared(x), over)),
  ReduceLogSum: reduction(ofFloats((x, over) => log(reduceSum(x, over)))),
  ReduceLogSumExp: reduction(
    ofFloats((x, over) =>
      sizeOf(x.shape) === 0
        ? broadcastTo(constant(Number.NEGATIVE_INFINITY, [], x.dtype), remaining(x, over))
        : logSumExp(x, over),
    ),
  ),
};
