import {
  abs,
  add,
  cast,
  div,
  maxPoolPositions,
  mul,
  norm,
  pad,
  pow,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  scatterAdd,
  sizeOf,
  sqrt,
  sub,
  type Tensor,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';
import { lineWindows, withRow } from './convolve.ts';
import { axesFrom } from './normalizing.ts';
import {
  holdImage,
  largest,
  means,
  type PoolImages,
  type PoolWindows,
  poolBy,
  poolOptions,
  reaching,
  sums,
} from './pool.ts';
import { countWindows, windowsOf } from './windows.ts';

/** The windows of a pool over the images of input 0. @throws {InputError} `model`, unless they have one to three axes */
function poolWindowsOf(node: NodeContext): PoolWindows {
  const image = node.input(0).shape.slice(2);
  if (image.length < 1 || image.length > 3) node.fail(`takes images of one to three axes, not of ${image.length}`);
  const windows = windowsOf(node, image, node.attributes.integers('kernel_shape') ?? []);
  const ceil = node.attributes.integer('ceil_mode', 0) !== 0;
  return reaching(image, windows, countWindows(image, windows, ceil));
}

/** Whole numbers as doubles, which hold them. */
const asFloat = (x: Tensor): Tensor => (x.dtype === 'float32' || x.dtype === 'float64' ? x : cast(x, 'float64'));

const convertMaxPool: Converter = (node) => {
  const x = node.input(0);
  const windows = poolWindowsOf(node);
  const y = cast(poolBy(largest, asFloat(x), windows), x.dtype);
  return [y, node.wanted[1] ? positions(node, asFloat(x), windows) : undefined];
};

/** Flat positions of the maxima in the whole input, rows of an image first or columns first. */
function positions(node: NodeContext, x: Tensor, windows: PoolWindows): Tensor {
  const [, , ...image] = x.shape;
  if (image.length > 2 || !holdImage(windows))
    return node.fail('gives no Indices of volumes, nor of windows that hold padding alone');
  const at =
    image.length === 2
      ? maxPoolPositions(x, poolOptions(windows))
      : squeezed(maxPoolPositions(withRow(x), poolOptions(lineWindows(windows))));
  if (node.attributes.integer('storage_order', 0) === 0 || image.length === 1) return at;
  const [height, width] = image as [number, number];
  const row = div(at, width);
  const plane = div(at, height * width);
  const rowInPlane = sub(row, mul(plane, height));
  return add(add(mul(plane, height * width), mul(sub(at, mul(row, width)), height)), rowInPlane);
}

const squeezed = (x: Tensor): Tensor => reshape(x, [x.shape[0]!, x.shape[1]!, x.shape[3]!]);

const convertAveragePool: Converter = (node) => {
  const countPads = node.attributes.integer('count_include_pad', 0) !== 0;
  return [poolBy(means(countPads), node.input(0), poolWindowsOf(node))];
};

/** (Σ |x|^p)^(1/p) of what `sum` adds up. */
function lengths(node: NodeContext, sum: (powers: Tensor) => Tensor): Tensor {
  const x = node.input(0);
  const p = node.attributes.integer('p', 2);
  if (p === 1) return sum(abs(x));
  return p === 2 ? sqrt(sum(mul(x, x))) : pow(sum(pow(abs(x), p)), 1 / p);
}

const convertLpPool: Converter = (node) => {
  const windows = poolWindowsOf(node);
  const pool: PoolImages = sums;
  return [lengths(node, (powers) => poolBy(pool, powers, windows))];
};

const overImage = (x: Tensor) => ({ axes: axesFrom(2, x), keepDims: true });

const convertGlobalLpPool: Converter = (node) => {
  const x = node.input(0);
  const over = overImage(x);
  return [node.attributes.integer('p', 2) === 2 ? norm(x, over) : lengths(node, (powers) => reduceSum(powers, over))];
};

/** Puts entries where their Indices say, in images of the size that MaxPool had or, at their start, of the size that is given. */
const convertMaxUnpool: Converter = (node) => {
  const [x, at] = [node.input(0), node.input(1)];
  const [rows, channels, ...small] = x.shape as [number, number, ...number[]];
  const windows = windowsOf(node, small, node.attributes.integers('kernel_shape') ?? []);
  const image = small.map(
    (size, axis) =>
      (size - 1) * windows.strides[axis]! + windows.kernel[axis]! - windows.begin[axis]! - windows.end[axis]!,
  );
  const shape = [rows, channels, ...image];
  const flat = scatterAdd(reshape(x, [-1]), reshape(at, [-1]), sizeOf(shape));
  const result = node.optionalIntegers(2) ?? shape;
  const more = result.map((size, axis) => size - shape[axis]!);
  return [
    pad(
      reshape(flat, shape),
      shape.map(() => 0),
      more,
    ),
  ];
};

/** One number for each window, or for the whole image. */
export const pools: Converters = {
  MaxPool: convertMaxPool,
  AveragePool: convertAveragePool,
  LpPool: convertLpPool,
  MaxUnpool: convertMaxUnpool,
  GlobalAveragePool: (node) => [reduceMean(node.input(0), overImage(node.input(0)))],
  GlobalMaxPool: (node) => [reduceMax(node.input(0), overImage(node.input(0)))],
  GlobalLpPool: convertGlobalLpPool,
};
