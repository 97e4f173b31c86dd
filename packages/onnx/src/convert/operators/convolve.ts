import { concat, conv2d, pad, reshape, slice, type Tensor, transpose } from '@unbraid/graph';
import { countWindows, type Windows } from './windows.ts';

/**
 * Convolution of images of one to three axes by the one of two axes: x [rows, channels, …image], w [filters, channels / groups, …taps].
 */
export function convolve(x: Tensor, w: Tensor, windows: Windows, groups: number): Tensor {
  switch (windows.kernel.length) {
    case 1: {
      const y = convolve(withRow(x), withRow(w), lineWindows(windows), groups);
      return reshape(y, [y.shape[0]!, y.shape[1]!, y.shape[3]!]);
    }
    case 2: {
      const { strides, dilations } = windows;
      return conv2d(x, w, { strides: pair(strides), dilations: pair(dilations), pads: padsOf(windows), groups });
    }
    default:
      return convolveVolumes(x, w, windows, groups);
  }
}

/** A list of two, as the graph's operators on images take it. */
export const pair = (list: readonly number[]): [number, number] => [list[0]!, list[1]!];

/** Top, left, bottom, right. */
export const padsOf = ({ begin, end }: Windows): [number, number, number, number] => [...pair(begin), ...pair(end)];

/** A line [rows, channels, size] as an image of one row. */
export const withRow = (x: Tensor): Tensor => reshape(x, [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!]);

/** Windows of lines as windows of images of one row. */
export const lineWindows = ({ kernel, strides, dilations, begin, end }: Windows): Windows => ({
  kernel: [1, ...kernel],
  strides: [1, ...strides],
  dilations: [1, ...dilations],
  begin: [0, ...begin],
  end: [0, ...end],
});

/** The windows without their first axis. */
export const innerWindows = ({ kernel, strides, dilations, begin, end }: Windows): Windows => ({
  kernel: kernel.slice(1),
  strides: strides.slice(1),
  dilations: dilations.slice(1),
  begin: begin.slice(1),
  end: end.slice(1),
});

/** Channels and depth exchanged, of volumes or of their filters. */
export const depthFirst = (x: Tensor): Tensor => transpose(x, [0, 2, 1, 3, 4]);

/** The taps along the depth become channels: so volumes are images of more channels. */
function convolveVolumes(x: Tensor, w: Tensor, windows: Windows, groups: number): Tensor {
  const [rows, channels, , height, width] = x.shape as [number, number, number, number, number];
  const [filters, depth, taps, ...kernel] = w.shape as [number, number, number, number, number];
  const [before, after] = [windows.begin[0]!, windows.end[0]!];
  const layers = pad(depthFirst(x), [0, before, 0, 0, 0], [0, after, 0, 0, 0]);
  const count = countWindows(x.shape.slice(2), windows)[0]!;
  const stride = windows.strides[0]!;
  const seen = Array.from({ length: taps }, (_, tap) => {
    const from = tap * windows.dilations[0]!;
    const part = slice(layers, [0, from], [rows, from + (count - 1) * stride + 1], [1, stride]);
    return reshape(part, [rows * count, groups, 1, channels / groups, height, width]);
  });
  const images = reshape(concat(seen, 2), [rows * count, channels * taps, height, width]);
  const flat = reshape(depthFirst(w), [filters, taps * depth, ...kernel]);
  const y = convolve(images, flat, innerWindows(windows), groups);
  return depthFirst(reshape(y, [rows, count, ...y.shape.slice(1)]));
}
