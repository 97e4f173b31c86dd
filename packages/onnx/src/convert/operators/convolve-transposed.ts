import { add, convTranspose2d, pad, reshape, slice, type Tensor } from '@unbraid/graph';
import { depthFirst, innerWindows, lineWindows, padsOf, pair, withRow } from './convolve.ts';
import { extentOf, type Windows } from './windows.ts';

/**
 * The adjoint of a convolution of images of one to three axes: x [rows, channels, …image], w [channels, outputs / groups, …taps].
 * @param more entries added at the end of each axis
 */
export function convolveTransposed(
  x: Tensor,
  w: Tensor,
  windows: Windows,
  groups: number,
  more: readonly number[],
): Tensor {
  switch (windows.kernel.length) {
    case 1: {
      const y = convolveTransposed(withRow(x), withRow(w), lineWindows(windows), groups, [0, ...more]);
      return reshape(y, [y.shape[0]!, y.shape[1]!, y.shape[3]!]);
    }
    case 2:
      return transposedImages(x, w, windows, groups, more);
    default:
      return transposedVolumes(x, w, windows, groups, more);
  }
}

/** Entries beyond what a window could reach are zeros. */
function transposedImages(x: Tensor, w: Tensor, windows: Windows, groups: number, more: readonly number[]): Tensor {
  const { strides, dilations } = windows;
  const within = more.map((n, axis) => Math.min(n, Math.max(strides[axis]!, dilations[axis]!) - 1));
  const y = convTranspose2d(x, w, {
    strides: pair(strides),
    dilations: pair(dilations),
    pads: padsOf(windows),
    outputPads: pair(within),
    groups,
  });
  return pad(y, [0, 0, 0, 0], [0, 0, ...more.map((n, axis) => n - within[axis]!)]);
}

/** Each layer of the volume goes to as many layers as there are taps along the depth: as images of more channels, moved and added. */
function transposedVolumes(x: Tensor, w: Tensor, windows: Windows, groups: number, more: readonly number[]): Tensor {
  const [rows, channels, layers, ...image] = x.shape as [number, number, number, number, number];
  const [, outputs, taps, ...kernel] = w.shape as [number, number, number, number, number];
  const images = reshape(depthFirst(x), [rows * layers, channels, ...image]);
  const flat = reshape(depthFirst(w), [channels, taps * outputs, ...kernel]);
  const spread = convolveTransposed(images, flat, innerWindows(windows), groups, more.slice(1));
  const [height, width] = spread.shape.slice(2) as [number, number];
  const [stride, dilation] = [windows.strides[0]!, windows.dilations[0]!];
  const length = (layers - 1) * stride + extentOf(taps, dilation) + more[0]!;
  const byTap = reshape(spread, [rows, layers, groups, taps, outputs, height * width]);
  const parts = Array.from({ length: taps }, (_, tap) => {
    const part = reshape(slice(byTap, [0, 0, 0, tap], [rows, layers, groups, tap + 1]), [rows, layers, -1]);
    const apart = spreadLayers(part, stride);
    const before = tap * dilation;
    return pad(apart, [0, before, 0], [0, length - before - apart.shape[1]!, 0]);
  });
  const sum = parts.reduce((a, b) => add(a, b));
  const kept = slice(sum, [0, windows.begin[0]!], [rows, length - windows.end[0]!]);
  return depthFirst(reshape(kept, [rows, kept.shape[1]!, groups * outputs, height, width]));
}

/** `stride − 1` zeros between neighbours along the second axis. */
function spreadLayers(x: Tensor, stride: number): Tensor {
  const [rows, layers, size] = x.shape as [number, number, number];
  const wide = pad(reshape(x, [rows, layers, 1, size]), [0, 0, 0, 0], [0, 0, stride - 1, 0]);
  return slice(reshape(wide, [rows, layers * stride, size]), [0, 0], [rows, (layers - 1) * stride + 1]);
}
