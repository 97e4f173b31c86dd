import {
  argMax,
  cast,
  constant,
  gatherElements,
  neg,
  oneHot,
  reshape,
  sizeOf,
  slice,
  sub,
  type Tensor,
  topK,
  transpose,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';
import { axisIn } from './axes.ts';
import { widest } from './kernel-types.ts';

/** The first place of the largest entry, or the last. */
const extreme =
  (turn: (x: Tensor) => Tensor): Converter =>
  (node) => {
    const given = node.input(0);
    const axis = axisIn(node, node.attributes.integer('axis', 0), given.shape.length);
    const x = turn(cast(given, widest(given.dtype)));
    const last = node.attributes.integer('select_last_index', 0) !== 0;
    const places = cast(last ? fromEnd(x, axis) : argMax(x, axis), 'int64');
    const keep = node.attributes.integer('keepdims', 1) !== 0;
    return [keep ? reshape(places, given.shape.with(axis, 1)) : places];
  };

function fromEnd(x: Tensor, axis: number): Tensor {
  const backwards = slice(
    x,
    [],
    [],
    x.shape.map((_, i) => (i === axis ? -1 : 1)),
  );
  return sub(constant(x.shape[axis]! - 1, [], 'int32'), argMax(backwards, axis));
}

function convertTopK(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const k = node.opset < 10 ? node.attributes.integer('k', 0) : node.number(1);
  const axis = axisIn(node, node.attributes.integer('axis', -1), x.shape.length);
  const largest = node.attributes.integer('largest', 1) !== 0;
  const { indices } = topK(cast(x, widest(x.dtype)), k, { axis, largest });
  return [gatherElements(x, indices, axis), indices];
}

/** 1 at the first largest entry, along an axis; up to operator set 12 among all axes from that one on. */
function convertHardmax(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const rank = x.shape.length;
  const axis = axisIn(node, node.attributes.integer('axis', node.opset < 13 ? 1 : -1), Math.max(rank, 1));
  if (node.opset < 13) {
    const rows = reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
    return [reshape(oneHot(argMax(rows, 1), rows.shape[1]!, x.dtype), x.shape)];
  }
  const others = [...x.shape.keys()].filter((i) => i !== axis);
  const back = [...x.shape.keys()].map((i) => (i === axis ? rank - 1 : others.indexOf(i)));
  return [transpose(oneHot(argMax(x, axis), x.shape[axis]!, x.dtype), back)];
}

/** Operators that compare the entries along an axis. */
export const ranking: Converters = {
  ArgMax: extreme((x) => x),
  ArgMin: extreme(neg),
  TopK: convertTopK,
  Hardmax: convertHardmax,
};
