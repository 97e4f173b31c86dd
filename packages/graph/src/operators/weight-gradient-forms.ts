import type { Emitter } from '../onnx/emitter.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { ConvolutionAttributes, ConvolutionShapes } from './convolution.ts';
import { extentOf } from './window.ts';

/*
 * Two forms of `conv2dWeightGradient` in ONNX's own operators. Which one is faster was measured: docs/decisions/009-convolution-gradients.md.
 */

type WeightGradient = Tensor<ConvolutionAttributes>;

/** Up to so many taps a filter, and from so many windows an image on, a product with copies of the images is faster than a convolution. */
const MOST_TAPS = 9;
const LEAST_WINDOWS = 64;

/** Whether `emitProduct` is the faster of the two forms. */
export function copiesPay({ w, y }: ConvolutionShapes, groups: number): boolean {
  return groups === 1 && w[2]! * w[3]! <= MOST_TAPS && y[2]! * y[3]! >= LEAST_WINDOWS;
}

/** y times a matrix that holds for each tap what of the images lies under it; each image by itself, then the sum over the batch. */
export function emitProduct(
  [x, y]: readonly [string, string],
  shapes: ConvolutionShapes,
  { dtype, attributes: { strides, pads, dilations } }: WeightGradient,
  emitter: Emitter,
): string {
  const [images, channels] = shapes.x as [number, number, number, number];
  const [filters, , rows, columns] = shapes.w as [number, number, number, number];
  const [height, width] = shapes.y.slice(2) as [number, number];
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const wide = pads.some((pad) => pad > 0)
    ? emitter.node('Pad', [x, emitter.int64s([0, 0, top, left, 0, 0, bottom, right]), emitter.scalar(dtype, 0)])
    : x;
  const underTap = (_: unknown, tap: number) => {
    const [row, column] = [Math.floor(tap / columns) * dilations[0]!, (tap % columns) * dilations[1]!];
    const ends = [row + (height - 1) * strides[0]! + 1, column + (width - 1) * strides[1]! + 1];
    return emitter.node('Slice', [wide, ...[[row, column], ends, [2, 3], strides].map(emitter.int64s)]);
  };
  const copies = emitter.node('Concat', Array.from({ length: rows * columns }, underTap), { axis: 1 });
  const shaped = (name: string, shape: Shape) => emitter.node('Reshape', [name, emitter.int64s(shape)]);
  const taps = shaped(copies, [images, rows * columns * channels, height * width]);
  const product = emitter.node('MatMul', [
    shaped(y, [images, filters, height * width]),
    emitter.node('Transpose', [taps], { perm: [0, 2, 1] }),
  ]);
  const sum = emitter.node('ReduceSum', [product, emitter.int64s([0])], { keepdims: 0 });
  return emitter.node('Transpose', [shaped(sum, [filters, rows, columns, channels])], { perm: [0, 3, 1, 2] });
}

/** A convolution again, with batch and channels changed over, and strides and dilations as well. */
export function emitSwapped(
  [x, y]: readonly [string, string],
  shapes: ConvolutionShapes,
  { attributes }: WeightGradient,
  emitter: Emitter,
): string {
  const { strides, pads, dilations, groups } = attributes;
  const { after, size } = swappedSizes(shapes, attributes);
  const product = emitter.node('Conv', [groupsInFront(x, shapes.x, groups, emitter), swap(y, emitter)], {
    kernel_shape: shapes.y.slice(2),
    strides: dilations,
    dilations: strides,
    pads: [pads[0]!, pads[1]!, ...after],
    group: groups,
  });
  return swap(sliceTo(product, size, shapes.w.slice(2), emitter), emitter);
}

const swap = (name: string, emitter: Emitter) => emitter.node('Transpose', [name], { perm: [1, 0, 2, 3] });

/** From [batch, groups × depth, …] to [depth, groups × batch, …]: each group's images stand for its channels. */
function groupsInFront(x: string, shape: Shape, groups: number, emitter: Emitter): string {
  if (groups === 1) return swap(x, emitter);
  const [images, channels, ...size] = shape as [number, number, number, number];
  const depth = channels / groups;
  const split = emitter.node('Reshape', [x, emitter.int64s([images, groups, depth, ...size])]);
  const turned = emitter.node('Transpose', [split], { perm: [2, 1, 0, 3, 4] });
  return emitter.node('Reshape', [turned, emitter.int64s([depth, groups * images, ...size])]);
}

/** The first `size` rows and columns. */
export function sliceTo(images: string, from: Shape, size: Shape, emitter: Emitter): string {
  if (from.every((n, axis) => n === size[axis])) return images;
  return emitter.node('Slice', [images, emitter.int64s([0, 0]), emitter.int64s(size), emitter.int64s([2, 3])]);
}

/**
 * Sizes of a convolution that gives the gradient by w, batch and channels changed over: its image is x, its filter y, whose taps lie a
 * stride apart and move by a dilation. `after` is padding below and to the right, `size` that of the result, whose first rows
 * and columns are the gradient.
 */
export function swappedSizes({ x, w, y }: ConvolutionShapes, { strides, pads, dilations }: ConvolutionAttributes) {
  const axes = [0, 1].map((axis) => {
    const [size, windows, kernel] = [x[axis + 2]!, y[axis + 2]!, w[axis + 2]!];
    const reach = (windows - 1) * strides[axis]! + 1;
    const after = Math.max(0, reach - 1 + extentOf(kernel, dilations[axis]!) - size - pads[axis]!);
    return { after, size: Math.floor((size + pads[axis]! + after - reach) / dilations[axis]!) + 1 };
  });
  return { after: axes.map((axis) => axis.after), size: axes.map((axis) => axis.size) };
}
