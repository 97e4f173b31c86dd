import { constant, gather, type NdArray, reshape, sizeOf, type Tensor } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { axisIn } from './axes.ts';

/*
 * Operators whose results have sizes that depend on values: these must be known when the graph is built.
 */

function knownValue(node: NodeContext, index: number): NdArray {
  node.input(index);
  return (
    node.known(index) ??
    node.fail(
      `the size of its result depends on the values of its input ${index} (counted from 0), which come from data; graphs have fixed sizes`,
    )
  );
}

const positions = (list: readonly number[]): Tensor => constant(list, [list.length], 'int64');

/** The entries along an axis, or of all, where a condition holds. */
function convertCompress(node: NodeContext): readonly Tensor[] {
  const { data } = knownValue(node, 1);
  const given = node.input(0);
  const flat = !node.attributes.has('axis');
  const x = flat ? reshape(given, [sizeOf(given.shape)]) : given;
  const axis = flat ? 0 : axisIn(node, node.attributes.integer('axis', 0), given.shape.length);
  const kept = [...data.keys()].filter((i) => data[i] !== 0);
  if (kept.some((i) => i >= x.shape[axis]!)) node.fail(`its condition has ${data.length} truths for ${x.shape[axis]}`);
  return [gather(x, positions(kept), axis)];
}

/** Places of the entries that aren't 0, a column each. */
function convertNonZero(node: NodeContext): readonly Tensor[] {
  const { data, shape } = knownValue(node, 0);
  const found = [...data.keys()].filter((i) => data[i] !== 0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const rows = shape.flatMap((size, axis) => found.map((at) => Math.floor(at / strides[axis]!) % size));
  return [constant(rows, [shape.length, found.length], 'int64')];
}

/** What there is of different entries, or of slices along an axis; where each stands first, which each one is, and how many. */
function convertUnique(node: NodeContext): readonly Tensor[] {
  const given = knownValue(node, 0);
  const flat = !node.attributes.has('axis');
  const shape = flat ? [given.data.length] : given.shape;
  const axis = flat ? 0 : axisIn(node, node.attributes.integer('axis', 0), shape.length);
  const slices = slicesOf(given.data, shape, axis);
  const first: number[] = [];
  const byKey = new Map<string, number>();
  const kinds = slices.map((slice, at) => {
    const key = slice.join();
    const kind = byKey.get(key) ?? first.push(at) - 1;
    byKey.set(key, kind);
    return kind;
  });
  const order = [...first.keys()];
  if (node.attributes.integer('sorted', 1) !== 0) order.sort((a, b) => compare(slices[first[a]!]!, slices[first[b]!]!));
  const places = order.map((kind) => first[kind]!);
  const ranks = new Map(order.map((kind, rank) => [kind, rank]));
  const counts = order.map((kind) => kinds.filter((each) => each === kind).length);
  const x = flat ? reshape(node.input(0), shape) : node.input(0);
  return [
    gather(x, positions(places), axis),
    positions(places),
    positions(kinds.map((kind) => ranks.get(kind)!)),
    positions(counts),
  ];
}

/** The entries at each place of an axis. */
function slicesOf(data: Float64Array, shape: readonly number[], axis: number): number[][] {
  const stride = sizeOf(shape.slice(axis + 1));
  const slices = Array.from({ length: shape[axis]! }, (): number[] => []);
  data.forEach((x, i) => void slices[Math.floor(i / stride) % shape[axis]!]!.push(x));
  return slices;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((x, i) => x !== b[i]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

/** What is chosen by values that are known. */
export const selection: Converters = {
  Compress: convertCompress,
  NonZero: convertNonZero,
  Unique: convertUnique,
};
