import type { Emitter } from '../onnx/emitter.ts';
import { type Shape, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { imageGradient } from './conv-transpose2d.ts';
import { convolve } from './conv2d.ts';
import {
  type ConvolutionAttributes,
  type ConvolutionOptions,
  checkOperands,
  contract,
  convolutionAttributes,
} from './convolution.ts';
import { extentOf, type Pair, pairOf, windowsOver } from './window.ts';

interface WeightGradientAttributes extends ConvolutionAttributes {
  /** Rows and columns of the filters. */
  readonly kernel: Shape;
}

const operator: Operator<WeightGradientAttributes> = {
  name: 'conv2dWeightGradient',
  type([x, y], attributes) {
    checkOperands('conv2dWeightGradient', x!, y!);
    const { groups, kernel } = attributes;
    const [images, channels, ...size] = x!.shape;
    const filters = y!.shape[1]!;
    const seen = [images!, filters, ...windowsOver('conv2dWeightGradient', size, attributes)];
    if (!sameShape(seen, y!.shape) || channels! % groups !== 0 || filters % groups !== 0) {
      throw new ShapeError(
        `conv2dWeightGradient: images ${show(x!.shape)} under filters ${show(kernel)} in ${groups} group(s) give ${show(seen)}, not ${show(y!.shape)}`,
      );
    }
    return { shape: [filters, channels! / groups, ...kernel], dtype: x!.dtype };
  },
  evaluate([x, y], { shape, dtype, attributes }) {
    const shapes = { x: x!.shape, w: shape, y: y!.shape };
    return contract({ shape, dtype }, shapes, attributes, (sums, atX, atW, atY) => {
      sums[atW]! += x!.data[atX]! * y!.data[atY]!;
    });
  },
  vjp: (cotangent, { inputs: [x, y], attributes: { kernel: _, ...attributes } }) => [
    imageGradient(y!, cotangent, x!.shape, attributes as ConvolutionAttributes),
    convolve(x!, cotangent, attributes as ConvolutionAttributes),
  ],
  jvp([tx, ty], { inputs: [x, y], attributes }) {
    const left = tx && apply(operator, [tx, y!], attributes);
    const right = ty && apply(operator, [x!, ty], attributes);
    return left && right ? add(left, right) : (left ?? right);
  },
  emit: ([x, y], { inputs, shape, attributes }, emitter) =>
    emitSwapped([x!, y!], [inputs[0]!.shape, inputs[1]!.shape, shape], attributes, emitter),
};

/** A convolution again, with batch and channels changed over and strides and dilations as well. */
function emitSwapped(
  [x, y]: readonly [string, string],
  [image, windows, filters]: readonly [Shape, Shape, Shape],
  { strides, pads, dilations, groups }: WeightGradientAttributes,
  emitter: Emitter,
): string {
  const [batch, channels, ...size] = image as [number, number, number, number];
  const kernel = filters.slice(2);
  const swapped = (name: string, [n, c, ...rest]: Shape) =>
    groups === 1
      ? emitter.node('Transpose', [name], { perm: [1, 0, 2, 3] })
      : emitter.node('Reshape', [
          emitter.node(
            'Transpose',
            [emitter.node('Reshape', [name, emitter.int64s([n!, groups, c! / groups, ...rest])])],
            { perm: [2, 1, 0, 3, 4] },
          ),
          emitter.int64s([c! / groups, groups * n!, ...rest]),
        ]);
  const flat = emitter.node('Transpose', [y], { perm: [1, 0, 2, 3] });
  // Padding after the image that puts the last tap of the last window at its end; what would be negative is cut off below.
  const after = size.map((n, axis) => {
    const needed = (windows[axis + 2]! - 1) * strides[axis]! + extentOf(kernel[axis]!, dilations[axis]!);
    return Math.max(0, needed - n - pads[axis]!);
  });
  const product = emitter.node('Conv', [swapped(x, [batch, channels, ...size]), flat], {
    kernel_shape: windows.slice(2),
    strides: dilations,
    dilations: strides,
    pads: [pads[0]!, pads[1]!, ...after],
    group: groups,
  });
  const cut = emitter.node('Slice', [product, emitter.int64s([0, 0]), emitter.int64s(kernel), emitter.int64s([2, 3])]);
  return emitter.node('Transpose', [cut], { perm: [1, 0, 2, 3] });
}

/**
 * The gradient of Σ y·conv2d(x, w) by the filters w: the third face of the trilinear form.
 * @param x images [batch, channels, height, width]
 * @param y cotangent of the convolution's result [batch, filters, height, width]
 * @param kernel rows and columns of the filters
 * @returns [filters, channels / groups, rows, columns]
 * @throws {ShapeError} unless y has the shape of the convolution's result
 */
export function conv2dWeightGradient(
  x: Tensor,
  y: Tensor,
  kernel: Shape | Pair,
  options: ConvolutionOptions | ConvolutionAttributes = {},
): Tensor {
  const attributes = convolutionAttributes('conv2dWeightGradient', options as ConvolutionOptions);
  return apply(operator, [x, y], {
    ...attributes,
    kernel: pairOf('conv2dWeightGradient', 'kernel', kernel as Pair, 1),
  });
}
