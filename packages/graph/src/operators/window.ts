import { type Shape, ShapeError, show } from '../shape.ts';

/** A setting of both axes of an image: one number for both, or rows first. */
export type Pair = number | readonly [height: number, width: number];

/** Rows and columns of padding: one number for all sides, or each side. */
export type Pads = number | readonly [top: number, left: number, bottom: number, right: number];

/** How a window of `kernel` taps an axis slides over an image. All lists are rows first; `pads` is top, left, bottom, right. */
export interface Window {
  readonly kernel: Shape;
  readonly strides: Shape;
  readonly pads: Shape;
  readonly dilations: Shape;
}

/** @throws {ShapeError} unless both numbers are whole and at least `least` */
export function pairOf(operator: string, name: string, value: Pair, least: number): Shape {
  return wholeNumbers(operator, name, typeof value === 'number' ? [value, value] : value, 2, least);
}

/** @throws {ShapeError} unless all four numbers are whole and at least 0 */
export function padsOf(operator: string, value: Pads): Shape {
  return wholeNumbers(operator, 'pads', typeof value === 'number' ? [value, value, value, value] : value, 4, 0);
}

function wholeNumbers(operator: string, name: string, values: Shape, count: number, least: number): Shape {
  if (values.length !== count || !values.every((value) => Number.isInteger(value) && value >= least)) {
    throw new ShapeError(
      `${operator}: ${name} are ${show(values)}; ${count} whole numbers of at least ${least} are needed`,
    );
  }
  return [...values];
}

/**
 * Rows and columns of what a window sees of an image: one entry for each place where it fits.
 * @param image rows and columns
 * @throws {ShapeError} where it fits nowhere
 */
export function windowsOver(operator: string, image: Shape, { kernel, strides, pads, dilations }: Window): Shape {
  const sizes = image.map((size, axis) => {
    const free = size + pads[axis]! + pads[axis + 2]! - extentOf(kernel[axis]!, dilations[axis]!);
    return Math.floor(free / strides[axis]!) + 1;
  });
  if (sizes.some((size) => size < 1)) {
    const settings = `pads ${show(pads)} and dilations ${show(dilations)}`;
    throw new ShapeError(`${operator}: a window ${show(kernel)} with ${settings} doesn't fit an image ${show(image)}`);
  }
  return sizes;
}

/** Distance from the first to the last tap of a window, both counted. */
export const extentOf = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

/** @throws {ShapeError} unless the tensor is a batch of images, [batch, channels, height, width], none of them 0 */
export function checkImages(operator: string, shape: Shape): void {
  if (shape.length !== 4 || shape.some((size) => size === 0)) {
    throw new ShapeError(`${operator}: takes images [batch, channels, height, width], not ${show(shape)}`);
  }
}

/** A tap of a window that lies on the image, along one axis. */
interface Tap {
  readonly window: number;
  readonly kernel: number;
  readonly image: number;
}

/** Every tap of every window along one axis that lies on the image. */
export function tapsOf(
  size: number,
  windows: number,
  kernel: number,
  stride: number,
  before: number,
  dilation: number,
): Tap[] {
  return Array.from({ length: windows * kernel }, (_, i) => {
    const [window, tap] = [Math.floor(i / kernel), i % kernel];
    return { window, kernel: tap, image: window * stride + tap * dilation - before };
  }).filter(({ image }) => image >= 0 && image < size);
}
