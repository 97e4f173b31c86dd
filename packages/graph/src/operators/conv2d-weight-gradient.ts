import { type Shape, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { bilinearTangent } from './bilinear.ts';
import { blockedWeightGradient } from './blocked-weight-gradient.ts';
import { imageGradient } from './conv-transpose2d.ts';
import { convolve } from './conv2d.ts';
import {
  type ConvolutionAttributes,
  type ConvolutionOptions,
  checkOperands,
  contract,
  convolutionAttributes,
  inGroups,
} from './convolution.ts';
import { copiesPay, emitProduct, emitSwapped } from './weight-gradient-forms.ts';
import { coversImage, emitWholeWeightGradient } from './whole-image.ts';
import { type Pair, pairOf, windowsOver } from './window.ts';

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
        `conv2dWeightGradient: images ${show(x!.shape)} under filters ${show(kernel)} in ${inGroups(groups)} give ${show(seen)}, not ${show(y!.shape)}`,
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
  jvp: (tangents, { inputs, attributes }) =>
    bilinearTangent(tangents, inputs, (p, q) => apply(operator, [p, q], attributes)),
  emit([x, y], node, emitter) {
    const shapes = { x: node.inputs[0]!.shape, w: node.shape, y: node.inputs[1]!.shape };
    if (coversImage(shapes, node.attributes)) return emitWholeWeightGradient(x!, y!, shapes, emitter);
    return (
      blockedWeightGradient([x!, y!], node, shapes, emitter) ??
      (copiesPay(shapes, node.attributes.groups) ? emitProduct : emitSwapped)([x!, y!], shapes, node, emitter)
    );
  },
};

/**
 * The gradient of Σ y·conv2d(x, w) by the filters w: the third face of the trilinear form.
 * @param x images [batch, channels, height, width]
 * @param y cotangent of the convolution's result [batch, filters, height, width]
 * @param kernel rows and columns of the filters
 * @returns [filters, channels / groups, rows, columns]
 * @throws {ShapeError} unless y has the shape of the convolution's result
 */
export function conv2dWeightGradient(x: Tensor, y: Tensor, kernel: Pair, options: ConvolutionOptions = {}): Tensor {
  const size = pairOf('conv2dWeightGradient', 'kernel', kernel, 1);
  return weightGradient(x, y, size, convolutionAttributes('conv2dWeightGradient', options));
}

/** The same with attributes that were checked before. */
export const weightGradient = (x: Tensor, y: Tensor, kernel: Shape, attributes: ConvolutionAttributes): Tensor =>
  apply(operator, [x, y], { ...attributes, kernel });
