import { cumSum, mul, pad, slice, type Tensor } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { axisIn } from './axes.ts';
import { within } from './kernel-types.ts';

interface Line {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function lineOf(node: NodeContext): Line {
  return {
    axis: axisIn(node, node.number(1), node.input(0).shape.length),
    exclusive: node.attributes.integer('exclusive', 0) !== 0,
    reverse: node.attributes.integer('reverse', 0) !== 0,
  };
}

/** Entries moved on by some places along an axis, with a number before them. */
function moved(x: Tensor, { axis, reverse }: Line, places: number, filler: number): Tensor {
  const rest = x.shape[axis]! - places;
  const only = (value: number) => x.shape.map((_, i) => (i === axis ? value : undefined));
  const widths = x.shape.map((_, i) => (i === axis ? places : 0));
  const none = x.shape.map(() => 0);
  return reverse
    ? pad(slice(x, only(places)), none, widths, filler)
    : pad(slice(x, [], only(rest)), widths, none, filler);
}

function convertCumSum(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const line = lineOf(node);
  const from = line.exclusive && x.shape[line.axis]! > 0 ? moved(x, line, 1, 0) : x;
  const sum = (y: Tensor) => cumSum(y, { axis: line.axis, reverse: line.reverse });
  return [x.dtype === 'uint32' ? within(from, 'int64', sum) : sum(from)];
}

/** By doubling: after a step each entry is the product of twice as many. No entry is divided by, so that zeros do no harm. */
function convertCumProd(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const line = lineOf(node);
  const length = x.shape[line.axis]!;
  let y = line.exclusive && length > 0 ? moved(x, line, 1, 1) : x;
  for (let places = 1; places < length; places *= 2) y = mul(y, moved(y, line, places, 1));
  return [y];
}

/** Sums and products of all entries before one along an axis. */
export const cumulative: Converters = { CumSum: convertCumSum, CumProd: convertCumProd };
