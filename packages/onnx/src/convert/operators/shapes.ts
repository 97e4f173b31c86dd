import { broadcastTo, constant, reshape, sizeOf, type Tensor, transpose } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { axesIn } from './axes.ts';

const int64s = (values: readonly number[]): Tensor => constant(values, [values.length], 'int64');

/** The sizes of axes, which are known here. */
function convertShape(node: NodeContext): readonly Tensor[] {
  const { shape } = node.input(0);
  const end = node.attributes.has('end') ? node.attributes.integer('end', 0) : undefined;
  return [int64s(shape.slice(node.attributes.integer('start', 0), end))];
}

/** A size of 0 stands for the input's own, unless `allowzero`. */
function convertReshape(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const wanted = node.attributes.integers('shape') ?? node.integers(1);
  const own = node.attributes.integer('allowzero', 0) === 0;
  const shape = wanted.map((size, i) => {
    if (size !== 0 || !own) return size;
    return x.shape[i] ?? node.fail(`its size ${i} is to be the input's, which has ${x.shape.length} axes`);
  });
  return [reshape(x, shape)];
}

function convertFlatten(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const given = node.attributes.integer('axis', 1);
  const axis = given < 0 ? given + x.shape.length : given;
  return [reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))])];
}

const givenAxes = (node: NodeContext): readonly number[] | undefined =>
  node.attributes.integers('axes') ?? node.optionalIntegers(1);

function convertSqueeze(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const axes = givenAxes(node);
  const dropped =
    axes === undefined ? x.shape.flatMap((d, i) => (d === 1 ? [i] : [])) : axesIn(node, axes, x.shape.length);
  const wide = dropped.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) node.fail(`its axis ${wide} has ${x.shape[wide]} entries, only axes of one can be dropped`);
  return [
    reshape(
      x,
      x.shape.filter((_, i) => !dropped.includes(i)),
    ),
  ];
}

function convertUnsqueeze(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const given = givenAxes(node) ?? node.fail('it has no axes');
  const rank = x.shape.length + given.length;
  const axes = axesIn(node, given, rank);
  const sizes = [...x.shape];
  return [
    reshape(
      x,
      Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : sizes.shift()!)),
    ),
  ];
}

const convertTranspose = (node: NodeContext): readonly Tensor[] => [
  transpose(node.input(0), node.attributes.integers('perm')),
];

/** Both ways: an axis of the input stays where the shape has 1. */
function convertExpand(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const to = node.integers(1);
  const rank = Math.max(to.length, x.shape.length);
  const at = (shape: readonly number[], i: number) => shape[i - (rank - shape.length)] ?? 1;
  return [
    broadcastTo(
      x,
      Array.from({ length: rank }, (_, i) => (at(to, i) === 1 ? at(x.shape, i) : at(to, i))),
    ),
  ];
}

/** Repeated as a whole along each axis. */
function convertTile(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const repeats = node.integers(1);
  if (repeats.length !== x.shape.length || repeats.some((n) => n < 0))
    node.fail(`it repeats ${repeats.length} axes, its input has ${x.shape.length}`);
  const single = x.shape.flatMap((d, i) => (repeats[i] === 1 ? [d] : [1, d]));
  const many = x.shape.flatMap((d, i) => (repeats[i] === 1 ? [d] : [repeats[i]!, d]));
  const whole = x.shape.map((d, i) => d * repeats[i]!);
  return [reshape(broadcastTo(reshape(x, single), many), whole)];
}

/** Depth in blocks of `blocksize` by `blocksize` to height and width. */
function convertDepthToSpace(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const [n, c, h, w] = imageOf(node, x);
  const b = node.attributes.integer('blocksize', 0);
  if (b < 1 || c % (b * b) !== 0) node.fail(`${c} channels can't make blocks of ${b} by ${b}`);
  const depth = c / (b * b);
  const columnFirst = node.attributes.text('mode', 'DCR') === 'CRD';
  const parts = columnFirst ? reshape(x, [n, depth, b, b, h, w]) : reshape(x, [n, b, b, depth, h, w]);
  const turned = transpose(parts, columnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return [reshape(turned, [n, depth, h * b, w * b])];
}

function convertSpaceToDepth(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const [n, c, h, w] = imageOf(node, x);
  const b = node.attributes.integer('blocksize', 0);
  if (b < 1 || h % b !== 0 || w % b !== 0) node.fail(`${h} by ${w} can't be cut into blocks of ${b} by ${b}`);
  const columnFirst = node.attributes.text('mode', 'DCR') === 'CRD';
  const parts = reshape(x, [n, c, h / b, b, w / b, b]);
  const turned = transpose(parts, columnFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]);
  return [reshape(turned, [n, c * b * b, h / b, w / b])];
}

function imageOf(node: NodeContext, { shape }: Tensor): readonly [number, number, number, number] {
  if (shape.length !== 4) node.fail(`it takes images [batch, channels, height, width], not [${shape.join(', ')}]`);
  return shape as unknown as readonly [number, number, number, number];
}

/** Axes and their sizes; no entry changes. */
export const shapes: Converters = {
  Shape: convertShape,
  Size: (node) => [constant(sizeOf(node.input(0).shape), [], 'int64')],
  Reshape: convertReshape,
  Flatten: convertFlatten,
  Squeeze: convertSqueeze,
  Unsqueeze: convertUnsqueeze,
  Transpose: convertTranspose,
  Expand: convertExpand,
  Tile: convertTile,
  DepthToSpace: convertDepthToSpace,
  SpaceToDepth: convertSpaceToDepth,
  Identity: (node) => [node.input(0)],
};
