import { showValue } from '@unbraid/checks';
import {
  broadcastTo,
  cast,
  concat,
  constant,
  gather,
  gatherElements,
  less,
  logicalAnd,
  pad,
  reshape,
  slice,
  sub,
  type Tensor,
  where,
} from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { axesIn, axisIn } from './axes.ts';
import { counted } from './count.ts';

const convertConcat = (node: NodeContext): readonly Tensor[] => {
  const parts = node.inputs.map((_, i) => node.input(i));
  return [concat(parts, node.attributes.integer('axis', 1))];
};

/** Sizes as attribute, as input, or as so many parts of one size, of which the last may be smaller. */
function convertSplit(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const axis = axisIn(node, node.attributes.integer('axis', 0), x.shape.length);
  const whole = x.shape[axis]!;
  const sizes = node.attributes.integers('split') ?? node.optionalIntegers(1) ?? evenly(whole, node.wanted.length);
  const total = sizes.reduce((a, b) => a + b, 0);
  if (total !== whole || sizes.some((size) => size < 0))
    node.fail(`its parts ${sizes.join(', ')} don't make up ${whole} entries`);
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += size;
    return slice(x, at(axis, from), at(axis, from + size));
  });
}

function evenly(whole: number, count: number): number[] {
  const size = Math.ceil(whole / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(size, whole - i * size)));
}

/** A value for one axis, the axes before left open. */
const at = (axis: number, value: number): (number | undefined)[] => [
  ...new Array<undefined>(axis).fill(undefined),
  value,
];

/** Attributes up to operator set 9, then inputs. Python's rules, as ours. */
function convertSlice(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const early = node.opset < 10;
  const starts = early ? (node.attributes.integers('starts') ?? []) : node.integers(1);
  const ends = early ? (node.attributes.integers('ends') ?? []) : node.integers(2);
  const given = (early ? node.attributes.integers('axes') : node.optionalIntegers(3)) ?? [...starts.keys()];
  const steps = (early ? undefined : node.optionalIntegers(4)) ?? starts.map(() => 1);
  const axes = axesIn(node, given, x.shape.length);
  if ([starts, ends, steps].some(({ length }) => length !== axes.length))
    node.fail(`it has ${starts.length} starts, ${ends.length} ends and ${steps.length} steps for ${axes.length} axes`);
  const placed = (values: readonly number[]) => {
    const all = new Array<number | undefined>(x.shape.length).fill(undefined);
    axes.forEach((axis, i) => {
      all[axis] = values[i];
    });
    return all;
  };
  return [slice(x, placed(starts), placed(ends), placed(steps))];
}

/** Widths as attribute up to operator set 10, then as input, for some of the axes; those below 0 cut off. */
function convertPad(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const widths = node.attributes.integers('pads') ?? node.attributes.integers('paddings') ?? node.integers(1);
  const axes = axesIn(node, node.optionalIntegers(3) ?? [...x.shape.keys()], x.shape.length);
  if (widths.length !== 2 * axes.length) node.fail(`it has ${widths.length} widths for ${axes.length} axes`);
  const side = (from: number) => {
    const all = x.shape.map(() => 0);
    axes.forEach((axis, i) => {
      all[axis] = widths[from + i]!;
    });
    return all;
  };
  const [before, after] = [side(0), side(axes.length)];
  const mode = node.attributes.text('mode', 'constant');
  if (mode === 'constant') return [padWith(node, x, before, after)];
  const place = Object.hasOwn(places, mode)
    ? places[mode]!
    : node.fail(`it pads by ${showValue(mode)}, which isn't known`);
  return [
    x.shape.reduce((y, size, axis) => {
      const [first, last] = [-before[axis]!, size + after[axis]!];
      if (first === 0 && last === size) return y;
      if (size === 0) node.fail(`its axis ${axis} has no entries to repeat`);
      const indices = Array.from({ length: counted(node, Math.max(0, last - first)) }, (_, i) =>
        place(first + i, size),
      );
      return gather(y, constant(indices, [indices.length], 'int64'), axis);
    }, x),
  ];
}

/** The place within an axis that one outside of it repeats. */
const places: Readonly<Record<string, (at: number, size: number) => number>> = {
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  wrap: (at, size) => ((at % size) + size) % size,
  reflect(at, size) {
    if (size === 1) return 0;
    const turn = 2 * (size - 1);
    const within = ((at % turn) + turn) % turn;
    return within < size ? within : turn - within;
  },
};

function padWith(node: NodeContext, x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const kept = slice(
    x,
    before.map((n) => (n < 0 ? -n : undefined)),
    x.shape.map((size, i) => (after[i]! < 0 ? Math.max(0, size + after[i]!) : undefined)),
  );
  const widths = [before, after].map((side) => side.map((n) => Math.max(0, n))) as [number[], number[]];
  const filler = node.opset < 11 ? node.attributes.float('value', 0) : node.inputs[2] && node.known(2)?.data[0];
  const value = node.opset >= 11 && !node.inputs[2] ? 0 : filler;
  if (value !== undefined) return padded(kept, ...widths, value);
  // The number comes from data.
  const inside = padded(broadcastTo(constant(1, [], 'bool'), kept.shape), ...widths, 0);
  return where(inside, padded(kept, ...widths, 0), node.input(2));
}

/** ONNX Runtime pads no truths. */
const padded = (x: Tensor, before: number[], after: number[], value: number): Tensor =>
  x.dtype === 'bool' ? cast(pad(cast(x, 'int32'), before, after, value), 'bool') : pad(x, before, after, value);

/** What lies on one side of a diagonal; 0 beside it. */
function convertTrilu(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  if (x.shape.length < 2) node.fail('it takes matrices');
  const k = node.inputs[1] ? node.number(1) : 0;
  const upper = node.attributes.integer('upper', 1) !== 0;
  const kept = Array.from({ length: counted(node, rows * columns) }, (_, i) => {
    const distance = (i % columns) - Math.floor(i / columns);
    return Number(upper ? distance >= k : distance <= k);
  });
  const mask = constant(kept, [rows, columns], 'bool');
  if (x.dtype === 'bool') return [logicalAnd(x, mask)];
  return [x.dtype === 'uint32' ? cast(where(mask, cast(x, 'int64'), 0), 'uint32') : where(mask, x, 0)];
}

/** The first entries of each sequence, as many as it is long, from the last to the first. */
function convertReverseSequence(node: NodeContext): readonly Tensor[] {
  const [x, lengths] = [node.input(0), cast(node.input(1), 'int64')];
  const rank = x.shape.length;
  const batch = axisIn(node, node.attributes.integer('batch_axis', 1), rank);
  const time = axisIn(node, node.attributes.integer('time_axis', 0), rank);
  const along = (axis: number, values: Tensor) =>
    reshape(
      values,
      x.shape.map((d, i) => (i === axis ? d : 1)),
    );
  const order = along(time, constant([...new Array(x.shape[time]!).keys()], [x.shape[time]!], 'int64'));
  const until = along(batch, lengths);
  const from = where(less(order, until), sub(sub(until, 1), order), order);
  return [gatherElements(x, broadcastTo(from, x.shape), time)];
}

/** Entries that are moved, left out, joined or put between. */
export const movement: Converters = {
  Concat: convertConcat,
  Split: convertSplit,
  Slice: convertSlice,
  Pad: convertPad,
  Trilu: convertTrilu,
  ReverseSequence: convertReverseSequence,
};
