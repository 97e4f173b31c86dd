import {
  abs,
  add,
  broadcastTo,
  cast,
  clamp,
  constant,
  div,
  equal,
  floor,
  gatherElements,
  greaterEqual,
  lessEqual,
  mod,
  mul,
  reshape,
  round,
  slice,
  sub,
  type Tensor,
  where,
} from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';

/** One axis of the image, and where along it each result is taken from, [rows, results] in entries. */
interface Axis {
  readonly size: number;
  readonly places: Tensor;
}

/** Images taken at the places of a grid [rows, height, width, 2], which holds x and y in −1 … 1 (Jaderberg et al. 2015). */
function convertGridSample(node: NodeContext): readonly Tensor[] {
  const [x, grid] = [node.input(0), node.input(1)];
  if (x.shape.length !== 4) return node.fail(`takes images of two axes, not [${x.shape.join(', ')}]`);
  const [rows, channels, height, width] = x.shape as [number, number, number, number];
  const results = grid.shape[1]! * grid.shape[2]!;
  const flat = reshape(x, [rows, channels, height * width]);
  const axes = [height, width].map((size, axis): Axis => {
    const part = slice(grid, [0, 0, 0, 1 - axis], [undefined, undefined, undefined, 2 - axis]);
    return { size, places: inside(node, reshape(part, [rows, results]), size) };
  }) as [Axis, Axis];
  const corners = (axis: Axis): Corner[] => cornersOf(node, axis);
  const parts = corners(axes[0]).flatMap((row) =>
    corners(axes[1]).map((column) => {
      const at = add(mul(row.at, width), column.at);
      const taken = gatherElements(flat, broadcastTo(reshape(at, [rows, 1, results]), [rows, channels, results]), 2);
      return mul(taken, reshape(mul(row.weight, column.weight), [rows, 1, results]));
    }),
  );
  const sum = parts.reduce((a, b) => add(a, b));
  return [reshape(sum, [rows, channels, grid.shape[1]!, grid.shape[2]!])];
}

/** Places in entries, moved onto the image where `padding_mode` says so. */
function inside(node: NodeContext, place: Tensor, size: number): Tensor {
  const corners = node.attributes.integer('align_corners', 0) !== 0;
  const at = corners ? mul(add(place, 1), (size - 1) / 2) : div(sub(mul(add(place, 1), size), 1), 2);
  const padding = node.attributes.text('padding_mode', 'zeros');
  switch (padding) {
    case 'zeros':
      return at;
    case 'border':
      return clamp(at, 0, size - 1);
    case 'reflection':
      return clamp(corners ? reflected(at, 0, size - 1) : reflected(at, -0.5, size - 0.5), 0, size - 1);
    default:
      return node.fail(`padding_mode is ${padding}; zeros, border and reflection are known`);
  }
}

/** Thrown back from both ends until it lies between them. */
function reflected(at: Tensor, low: number, high: number): Tensor {
  if (low === high) return mul(at, 0);
  const distance = abs(sub(at, low));
  const times = floor(div(distance, high - low));
  const rest = sub(distance, mul(times, high - low));
  return where(equal(mod(times, constant(2, [], times.dtype)), 0), add(rest, low), sub(high, rest));
}

/** An entry along one axis and its weight; 0 beyond the image. */
interface Corner {
  readonly at: Tensor;
  readonly weight: Tensor;
}

function cornersOf(node: NodeContext, { size, places }: Axis): Corner[] {
  const corner = (at: Tensor, weight: Tensor): Corner => {
    const seen = cast(greaterEqual(at, 0), at.dtype);
    const within = mul(seen, cast(lessEqual(at, size - 1), at.dtype));
    return { at: cast(clamp(at, 0, size - 1), 'int64'), weight: mul(weight, within) };
  };
  const mode = node.attributes.text('mode', 'linear');
  switch (mode) {
    case 'nearest':
      return [corner(round(places), constant(1, [], places.dtype))];
    case 'linear':
    case 'bilinear': {
      const first = floor(places);
      const share = sub(places, first);
      return [corner(first, sub(1, share)), corner(add(first, 1), share)];
    }
    default:
      return node.fail(`mode is ${mode}; nearest and linear are known`);
  }
}

/** Images at the places of a grid. */
export const gridSampling: Converters = { GridSample: convertGridSample };
