import { isFloat } from '../dtype.ts';
import { type Shape, ShapeError, show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { optionsOf } from './options.ts';
import { checkImages, type Pads, type Pair, padsOf, pairOf, tapsOf, type Window, windowsOver } from './window.ts';

/** Windows of a pooling operator. */
export interface PoolOptions {
  /** Rows and columns of a window. */
  readonly kernel: Pair;
  /** Distance of neighbouring windows; that of the window's own size by default, so that windows don't overlap. */
  readonly strides?: Pair;
  /** Rows and columns around the image, each less than the window's. None by default. */
  readonly pads?: Pads;
  /** Distance of neighbouring taps of a window, 1 by default. */
  readonly dilations?: Pair;
}

/** @throws {ShapeError} for a setting out of range */
export function poolWindow(operator: string, options: PoolOptions): Window {
  const known = optionsOf(operator, options, 'kernel', 'strides', 'pads', 'dilations');
  const { kernel: size, strides = size, pads = 0, dilations = 1 } = known;
  const window = {
    kernel: pairOf(operator, 'kernel', size, 1),
    strides: pairOf(operator, 'strides', strides, 1),
    pads: padsOf(operator, pads),
    dilations: pairOf(operator, 'dilations', dilations, 1),
  };
  if (window.pads.some((pad, side) => pad >= window.kernel[side % 2]!)) {
    throw new ShapeError(
      `${operator}: pads ${show(window.pads)} must be less than the window ${show(window.kernel)}, or some windows would hold padding alone`,
    );
  }
  return window;
}

/**
 * The shape of pooled images.
 * @throws {ShapeError} unless the images are a float tensor of four axes, and every window holds some of the image
 */
export function pooledShape(operator: string, x: Tensor, window: Window): Shape {
  checkImages(operator, x.shape);
  if (!isFloat(x.dtype)) throw new ShapeError(`${operator}: takes float32 or float64, not ${x.dtype}${show(x.shape)}`);
  const [images, channels, ...size] = x.shape;
  const pooled = windowsOver(operator, size, window);
  size.forEach((n, axis) => {
    const windows = new Set(tapsAlong(axis, n, pooled[axis]!, window).map((tap) => tap.window));
    if (windows.size < pooled[axis]!) {
      throw new ShapeError(
        `${operator}: a window ${show(window.kernel)} with dilations ${show(window.dilations)} on ${show(x.shape)} holds padding alone`,
      );
    }
  });
  return [images!, channels!, ...pooled];
}

const tapsAlong = (axis: number, size: number, windows: number, { kernel, strides, pads, dilations }: Window) =>
  tapsOf(size, windows, kernel[axis]!, strides[axis]!, pads[axis]!, dilations[axis]!);

/**
 * Visits every tap of every window that lies on the image, a window's taps in row-major order.
 * @param visit gets the flat positions of the window in the result and of the tap in the images
 */
export function forEachTap(x: Shape, y: Shape, window: Window, visit: (window: number, tap: number) => void): void {
  const [, , height, width] = x as [number, number, number, number];
  const rows = tapsAlong(0, height, y[2]!, window);
  const columns = tapsAlong(1, width, y[3]!, window);
  for (let plane = 0; plane < x[0]! * x[1]!; plane++) {
    for (const row of rows) {
      for (const column of columns) {
        visit(
          (plane * y[2]! + row.window) * y[3]! + column.window,
          (plane * height + row.image) * width + column.image,
        );
      }
    }
  }
}

/** Attributes of ONNX's pooling operators. */
export const onnxWindow = ({ kernel, strides, pads, dilations }: Window) => ({
  kernel_shape: kernel,
  strides,
  pads,
  dilations,
});
