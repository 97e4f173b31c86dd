import { isFloat } from '../dtype.ts';
import { type NdArray, roundTo } from '../ndarray.ts';
import { type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import type { AttributeValue, Tensor } from '../tensor.ts';
import { checkSameType } from './binary.ts';
import { optionsOf } from './options.ts';
import { checkImages, type Pads, type Pair, padsOf, pairOf, tapsOf } from './window.ts';

/** Steps and margins of a convolution. */
export interface ConvolutionOptions {
  /** Distance of neighbouring windows, 1 by default. */
  readonly strides?: Pair;
  /** Zeros around the image, none by default. */
  readonly pads?: Pads;
  /** Distance of neighbouring taps of a window, 1 by default. */
  readonly dilations?: Pair;
  /** Channels and filters fall into so many groups of neighbours; a filter sees the channels of its own group alone. 1 by default. */
  readonly groups?: number;
}

export interface ConvolutionAttributes {
  readonly [name: string]: AttributeValue;
  readonly strides: Shape;
  readonly pads: Shape;
  readonly dilations: Shape;
  readonly groups: number;
}

/**
 * What the three operators of a convolution share: images x [batch, channels, height, width], filters w [filters,
 * channels / groups, rows, columns], results y [batch, filters, height, width], tied by the trilinear form Σ y·conv(x, w).
 */
export interface ConvolutionShapes {
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
}

/** @throws {ShapeError} for a setting out of range, {InputError} for one that neither convolutions nor `further` know */
export function convolutionAttributes(
  operator: string,
  options: ConvolutionOptions,
  ...further: readonly string[]
): ConvolutionAttributes {
  const known = ['strides', 'pads', 'dilations', 'groups', ...further] as (keyof ConvolutionOptions)[];
  const { strides = 1, pads = 0, dilations = 1, groups = 1 } = optionsOf(operator, options, ...known);
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ShapeError(`${operator}: groups is ${groups}; a whole number of at least 1 is needed`);
  }
  return {
    strides: pairOf(operator, 'strides', strides, 1),
    pads: padsOf(operator, pads),
    dilations: pairOf(operator, 'dilations', dilations, 1),
    groups,
  };
}

/** @throws {ShapeError} unless both operands are float tensors of four axes without a size of 0, and of one type */
export function checkOperands(operator: string, a: Tensor, b: Tensor): void {
  checkSameType(operator, a, b);
  checkImages(operator, a.shape);
  if (!isFloat(a.dtype)) throw new ShapeError(`${operator}: takes float32 or float64, not ${a.dtype}${show(a.shape)}`);
  if (b.shape.length !== 4 || b.shape.some((size) => size === 0)) {
    throw new ShapeError(
      `${operator}: the second operand of ${show(a.shape)} is ${show(b.shape)}; four axes are needed`,
    );
  }
}

export const inGroups = (groups: number): string => `${groups} group${groups === 1 ? '' : 's'}`;

/** Attributes of ONNX's Conv and ConvTranspose. */
export const onnxAttributes = ({ strides, pads, dilations, groups }: ConvolutionAttributes, kernel: Shape) => ({
  kernel_shape: kernel,
  strides,
  pads,
  dilations,
  group: groups,
});

/**
 * One of x, w and y from the two others: the derivative of the trilinear form by it.
 * @param add adds one product of the form to the result, given the flat positions of its three factors
 */
export function contract(
  result: Pick<Tensor, 'shape' | 'dtype'>,
  shapes: ConvolutionShapes,
  attributes: ConvolutionAttributes,
  add: (sums: Float64Array, x: number, w: number, y: number) => void,
): NdArray {
  const { shape, dtype } = result;
  const sums = new Float64Array(sizeOf(shape));
  forEachProduct(shapes, attributes, (x, w, y) => add(sums, x, w, y));
  return { shape, dtype, data: sums.map((sum) => roundTo(dtype, sum)) };
}

/** Visits the products of the trilinear form, those with padding left out. */
function forEachProduct(
  { x, w, y }: ConvolutionShapes,
  { strides, pads, dilations, groups }: ConvolutionAttributes,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [, channels, height, width] = x as [number, number, number, number];
  const [filters, depth, kernelHeight, kernelWidth] = w as [number, number, number, number];
  const rows = tapsOf(height, y[2]!, kernelHeight, strides[0]!, pads[0]!, dilations[0]!);
  const columns = tapsOf(width, y[3]!, kernelWidth, strides[1]!, pads[1]!, dilations[1]!);
  for (let image = 0; image < y[0]!; image++) {
    for (let filter = 0; filter < filters; filter++) {
      const first = Math.floor((filter * groups) / filters) * depth;
      for (let channel = 0; channel < depth; channel++) {
        const xPlane = (image * channels + first + channel) * height;
        const wPlane = (filter * depth + channel) * kernelHeight;
        const yPlane = (image * filters + filter) * y[2]!;
        for (const row of rows) {
          for (const column of columns) {
            visit(
              (xPlane + row.image) * width + column.image,
              (wPlane + row.kernel) * kernelWidth + column.kernel,
              (yPlane + row.window) * y[3]! + column.window,
            );
          }
        }
      }
    }
  }
}
