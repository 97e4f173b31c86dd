import {
  averagePool2d,
  broadcastTo,
  constant,
  conv2d,
  div,
  maxPool2d,
  mul,
  pad,
  reshape,
  type Shape,
  sizeOf,
  type Tensor,
} from '@unbraid/graph';
import { padsOf, pair } from './convolve.ts';
import { countWindows, extentOf, type Windows } from './windows.ts';

/** Windows of a pool. */
export interface PoolWindows extends Windows {
  /** The part of `end` that `ceil_mode` added, which no mean counts. */
  readonly beyond: readonly number[];
}

/** Pools images [rows, channels, height, width]. */
export type PoolImages = (images: Tensor, windows: PoolWindows) => Tensor;

/** Pools of one to three axes by pools of two: those of volumes layer by layer, and then along the depth. */
export function poolBy(pool: PoolImages, x: Tensor, windows: PoolWindows): Tensor {
  const [rows, channels, ...image] = x.shape as [number, number, ...number[]];
  const axes = (from: number, to: number): PoolWindows => ({
    kernel: windows.kernel.slice(from, to),
    strides: windows.strides.slice(from, to),
    dilations: windows.dilations.slice(from, to),
    begin: windows.begin.slice(from, to),
    end: windows.end.slice(from, to),
    beyond: windows.beyond.slice(from, to),
  });
  if (image.length === 2) return pool(x, windows);
  const last =
    image.length === 1 ? x : poolBy(pool, reshape(x, [rows, channels * image[0]!, ...image.slice(1)]), axes(1, 3));
  const rest = image.length === 1 ? [] : last.shape.slice(2);
  const columns = reshape(last, [rows, channels, image[0]!, sizeOf(rest)]);
  const y = pool(columns, besides(axes(0, 1)));
  return reshape(y, [rows, channels, y.shape[2]!, ...rest]);
}

/** Windows along the height alone. */
const besides = ({ kernel, strides, dilations, begin, end, beyond }: PoolWindows): PoolWindows => ({
  kernel: [...kernel, 1],
  strides: [...strides, 1],
  dilations: [...dilations, 1],
  begin: [...begin, 0],
  end: [...end, 0],
  beyond: [...beyond, 0],
});

/** The windows with the end moved so that `counts` of them fit. */
export function reaching(image: Shape, windows: Windows, counts: readonly number[]): PoolWindows {
  const beyond = windows.end.map((end, axis) => {
    const extent = extentOf(windows.kernel[axis]!, windows.dilations[axis]!);
    const covered = (counts[axis]! - 1) * windows.strides[axis]! + extent;
    return Math.max(0, covered - image[axis]! - windows.begin[axis]! - end);
  });
  return { ...windows, end: windows.end.map((end, axis) => end + beyond[axis]!), beyond };
}

const noPads = (windows: PoolWindows): PoolWindows => ({ ...windows, begin: [0, 0], end: [0, 0], beyond: [0, 0] });

/** Whether every window holds some of the image, so that the graph's pools take the pads as they are. */
export const holdImage = ({ kernel, dilations, begin, end }: Windows): boolean =>
  [...begin, ...end].every((n) => n === 0) ||
  (dilations.every((n) => n === 1) && kernel.every((taps, axis) => begin[axis]! < taps && end[axis]! < taps));

const padded = (x: Tensor, { begin, end }: Windows, value: number): Tensor =>
  pad(x, [0, 0, ...begin], [0, 0, ...end], value);

export const poolOptions = (windows: Windows) => ({
  kernel: pair(windows.kernel),
  strides: pair(windows.strides),
  dilations: pair(windows.dilations),
  pads: padsOf(windows),
});

export const largest: PoolImages = (x, windows) =>
  holdImage(windows)
    ? maxPool2d(x, poolOptions(windows))
    : largest(padded(x, windows, Number.NEGATIVE_INFINITY), noPads(windows));

/** The sum of each window; what lies beyond the image counts as 0. */
export const sums: PoolImages = (x, windows) => {
  const { kernel, strides, dilations } = windows;
  if (dilations.every((n) => n === 1)) {
    if (!holdImage(windows)) return sums(padded(x, windows, 0), noPads(windows));
    const { dilations: _, ...options } = poolOptions(windows);
    return mul(averagePool2d(x, { ...options, countPads: true }), sizeOf(kernel));
  }
  const [rows, channels, ...image] = x.shape as [number, number, number, number];
  const ones = broadcastTo(constant(1, [], x.dtype), [1, 1, ...kernel]);
  const y = conv2d(reshape(x, [rows * channels, 1, ...image]), ones, {
    strides: pair(strides),
    dilations: pair(dilations),
    pads: padsOf(windows),
  });
  return reshape(y, [rows, channels, ...y.shape.slice(2)]);
};

/** Means of windows, over the image alone or over the padding too, but never over what `ceil_mode` adds beyond it. */
export const means =
  (countPads: boolean): PoolImages =>
  (x, windows) => {
    const plain = windows.dilations.every((n) => n === 1) && holdImage(windows);
    if (plain && !(countPads && windows.beyond.some((n) => n > 0))) {
      const { dilations: _, ...options } = poolOptions(windows);
      return averagePool2d(x, { ...options, countPads });
    }
    const { data, shape } = countsOf(x.shape.slice(2), windows, countPads);
    return div(sums(x, windows), constant(data, shape, x.dtype));
  };

/** How many entries each window counts. */
function countsOf(image: Shape, windows: PoolWindows, countPads: boolean) {
  const shape = countWindows(image, windows);
  const along = shape.map((count, axis) => {
    const start = windows.begin[axis]!;
    const end = start + image[axis]!;
    const [first, last] = countPads ? [0, end + windows.end[axis]! - windows.beyond[axis]!] : [start, end];
    return Array.from({ length: count }, (_, window) => {
      const from = window * windows.strides[axis]!;
      const taps = Array.from({ length: windows.kernel[axis]! }, (_, tap) => from + tap * windows.dilations[axis]!);
      return Math.max(1, taps.filter((at) => at >= first && at < last).length);
    });
  });
  const columns = shape[1]!;
  const data = Array.from(
    { length: sizeOf(shape) },
    (_, i) => along[0]![Math.floor(i / columns)]! * along[1]![i % columns]!,
  );
  return { shape, data };
}
