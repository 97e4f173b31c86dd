import { showValue } from '@unbraid/checks';
import {
  add,
  broadcastTo,
  cast,
  constant,
  type DType,
  gather,
  gatherElements,
  less,
  mul,
  type NdArray,
  type Reduction,
  reduceSum,
  reshape,
  scatterElements,
  sizeOf,
  type Tensor,
  where,
} from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { axisIn } from './axes.ts';

/** Indices of which those below 0 count from the end of an axis of `size`. */
function fromStart(node: NodeContext, index: number, size: number): Tensor {
  const indices = node.input(index);
  const known = node.known(index);
  if (known) return constant(checked(node, known, size), known.shape, known.dtype);
  return where(less(indices, 0), add(indices, size), indices);
}

function checked(node: NodeContext, { data }: NdArray, size: number): Float64Array {
  const wrong = data.find((at) => !(at >= -size && at < size));
  if (wrong !== undefined) node.fail(`its index ${wrong} is none of ${size} entries`);
  return data.map((at) => (at < 0 ? at + size : at));
}

function convertGather(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const axis = axisIn(node, node.attributes.integer('axis', 0), x.shape.length);
  return [gather(x, fromStart(node, 1, x.shape[axis]!), axis)];
}

function convertGatherElements(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const axis = axisIn(node, node.attributes.integer('axis', 0), x.shape.length);
  return [gatherElements(x, fromStart(node, 1, x.shape[axis]!), axis)];
}

/**
 * Where in a tensor of those sizes, taken as one line, the entries lie that rows of indices name: the row `[…, k]` makes one number.
 * @param sizes of the axes that the rows count
 */
function flatPlaces(node: NodeContext, index: number, sizes: readonly number[]): Tensor {
  const rows = node.input(index);
  const widths = constant(sizes, [sizes.length], 'int64');
  const strides = sizes.map((_, i) => sizeOf(sizes.slice(i + 1)));
  const known = node.known(index);
  known?.data.forEach((at, i) => {
    const size = sizes[i % sizes.length]!;
    if (!(at >= -size && at < size)) node.fail(`its index ${at} is none of ${size} entries`);
  });
  const places = cast(rows, 'int64');
  const positive = where(less(places, 0), add(places, widths), places);
  return reduceSum(mul(positive, constant(strides, [sizes.length], 'int64')), { axes: [-1] });
}

/** Rows of indices name entries, or whole parts, of what the first axes hold. */
function convertGatherND(node: NodeContext): readonly Tensor[] {
  const [x, indices] = [node.input(0), node.input(1)];
  const batch = node.attributes.integer('batch_dims', 0);
  const depth = rowLength(node, indices, x.shape.length - batch);
  const batches = x.shape.slice(0, batch);
  const counted = x.shape.slice(batch, batch + depth);
  const rest = x.shape.slice(batch + depth);
  const within = flatPlaces(node, 1, counted);
  const first = constant(
    Array.from({ length: sizeOf(batches) }, (_, i) => i * sizeOf(counted)),
    [...batches, ...within.shape.slice(batch).map(() => 1)],
    'int64',
  );
  const parts = reshape(x, [sizeOf(batches) * sizeOf(counted), ...rest]);
  return [gather(parts, batch === 0 ? within : add(within, first), 0)];
}

function rowLength(node: NodeContext, { shape }: Tensor, most: number): number {
  const depth = shape.at(-1);
  if (depth === undefined || depth < 1 || depth > most)
    return node.fail(
      `its indices [${shape.join(', ')}] have rows of ${depth}, which can't name places on ${most} axes`,
    );
  return depth;
}

function reductionOf(node: NodeContext): Reduction {
  const name = node.attributes.text('reduction', 'none');
  const known: readonly string[] = ['none', 'add', 'mul', 'max', 'min'];
  return known.includes(name)
    ? (name as Reduction)
    : node.fail(`its reduction is ${showValue(name)}, which isn't known`);
}

function convertScatterElements(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const axis = axisIn(node, node.attributes.integer('axis', 0), x.shape.length);
  const indices = fromStart(node, 1, x.shape[axis]!);
  return [scattered(x, indices, node.input(2), axis, reductionOf(node))];
}

function convertScatterND(node: NodeContext): readonly Tensor[] {
  const [x, indices, updates] = [node.input(0), node.input(1), node.input(2)];
  const depth = rowLength(node, indices, x.shape.length);
  const rest = sizeOf(x.shape.slice(depth));
  const places = flatPlaces(node, 1, x.shape.slice(0, depth));
  const count = sizeOf(places.shape);
  const parts = reshape(x, [sizeOf(x.shape.slice(0, depth)), rest]);
  const at = broadcastTo(reshape(places, [count, 1]), [count, rest]);
  const result = scattered(parts, at, reshape(updates, [count, rest]), 0, reductionOf(node));
  return [reshape(result, x.shape)];
}

/** Truths in place of others, too. */
function scattered(x: Tensor, indices: Tensor, updates: Tensor, axis: number, reduction: Reduction): Tensor {
  const to: DType = x.dtype === 'bool' ? 'int32' : x.dtype;
  return cast(scatterElements(cast(x, to), indices, cast(updates, to), { axis, reduction }), x.dtype);
}

/** Entries taken from, or put in, places that other entries name. */
export const indexing: Converters = {
  Gather: convertGather,
  GatherElements: convertGatherElements,
  GatherND: convertGatherND,
  Scatter: convertScatterElements,
  ScatterElements: convertScatterElements,
  ScatterND: convertScatterND,
};
