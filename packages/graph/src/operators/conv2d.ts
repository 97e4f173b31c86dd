import { ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { bilinearTangent } from './bilinear.ts';
import { blockedConvolution } from './blocked-convolution.ts';
import { imageGradient } from './conv-transpose2d.ts';
import { weightGradient } from './conv2d-weight-gradient.ts';
import {
  type ConvolutionAttributes,
  type ConvolutionOptions,
  checkOperands,
  contract,
  convolutionAttributes,
  inGroups,
  onnxAttributes,
} from './convolution.ts';
import { coversImage, emitWholeConvolution } from './whole-image.ts';
import { windowsOver } from './window.ts';

const operator: Operator<ConvolutionAttributes> = {
  name: 'conv2d',
  type([x, w], attributes) {
    checkOperands('conv2d', x!, w!);
    const [images, channels, ...size] = x!.shape;
    const [filters, depth, ...kernel] = w!.shape;
    const { groups } = attributes;
    if (channels !== depth! * groups || filters! % groups !== 0) {
      throw new ShapeError(
        `conv2d: images ${show(x!.shape)} and filters ${show(w!.shape)} don't fit ${inGroups(groups)}: ${depth} × ${groups} channels and a multiple of ${groups} filters are needed`,
      );
    }
    return {
      shape: [images!, filters!, ...windowsOver('conv2d', size, { ...attributes, kernel })],
      dtype: x!.dtype,
    };
  },
  evaluate([x, w], { shape, dtype, attributes }) {
    const shapes = { x: x!.shape, w: w!.shape, y: shape };
    return contract({ shape, dtype }, shapes, attributes, (sums, atX, atW, atY) => {
      sums[atY]! += x!.data[atX]! * w!.data[atW]!;
    });
  },
  vjp: (cotangent, { inputs: [x, w], attributes }) => [
    imageGradient(cotangent, w!, x!.shape, attributes),
    weightGradient(x!, cotangent, w!.shape.slice(2), attributes),
  ],
  jvp: (tangents, { inputs, attributes }) =>
    bilinearTangent(tangents, inputs, (p, q) => apply(operator, [p, q], attributes)),
  emit([x, w], node, emitter) {
    const shapes = { x: node.inputs[0]!.shape, w: node.inputs[1]!.shape, y: node.shape };
    if (coversImage(shapes, node.attributes)) return emitWholeConvolution(x!, w!, shapes, emitter);
    return (
      blockedConvolution([x!, w!], node, shapes, emitter) ??
      emitter.node('Conv', [x!, w!], onnxAttributes(node.attributes, shapes.w.slice(2)))
    );
  },
};

/** The convolution with attributes that were checked before. */
export const convolve = (x: Tensor, w: Tensor, attributes: ConvolutionAttributes): Tensor =>
  apply(operator, [x, w], attributes);

/**
 * Two-dimensional convolution (as in neural networks: the filters are not flipped).
 * @param x images [batch, channels, height, width]
 * @param w filters [filters, channels / groups, rows, columns]
 * @returns [batch, filters, height, width], sizes ⌊(size + pads − dilation · (taps − 1) − 1) / stride⌋ + 1
 * @throws {ShapeError} where channels and filters don't fit, or a filter doesn't fit the padded image
 */
export const conv2d = (x: Tensor, w: Tensor, options: ConvolutionOptions = {}): Tensor =>
  convolve(x, w, convolutionAttributes('conv2d', options));
