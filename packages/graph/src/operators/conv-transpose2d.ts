import { type Shape, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { bilinearTangent } from './bilinear.ts';
import { blockedImageGradient } from './blocked-image-gradient.ts';
import { convolve } from './conv2d.ts';
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
import { pad } from './pad.ts';
import { coversImage, emitWholeImageGradient } from './whole-image.ts';
import { extentOf, type Pair, pairOf } from './window.ts';

/** Steps and margins of `convTranspose2d`. */
export interface ConvTransposeOptions extends ConvolutionOptions {
  /** Rows and columns added at the bottom and right, less than the stride or the dilation: several image sizes have one size of result under `conv2d`. 0 by default. */
  readonly outputPads?: Pair;
}

interface ConvTransposeAttributes extends ConvolutionAttributes {
  readonly outputPads: Shape;
}

const operator: Operator<ConvTransposeAttributes> = {
  name: 'convTranspose2d',
  type([y, w], { strides, pads, dilations, groups, outputPads }) {
    checkOperands('convTranspose2d', y!, w!);
    const [images, channels, ...size] = y!.shape;
    const [inputs, depth, ...kernel] = w!.shape;
    if (channels !== inputs || inputs! % groups !== 0) {
      throw new ShapeError(
        `convTranspose2d: images ${show(y!.shape)} and filters ${show(w!.shape)} don't fit ${inGroups(groups)}: there are ${channels} channels, the filters take ${inputs}`,
      );
    }
    const spread = size.map((n, axis) => {
      const extent = extentOf(kernel[axis]!, dilations[axis]!) + outputPads[axis]!;
      return (n - 1) * strides[axis]! + extent - pads[axis]! - pads[axis + 2]!;
    });
    if (spread.some((n) => n < 1)) {
      throw new ShapeError(
        `convTranspose2d: pads ${show(pads)} leave nothing of images ${show(y!.shape)} and filters ${show(w!.shape)}`,
      );
    }
    return { shape: [images!, depth! * groups, ...spread], dtype: y!.dtype };
  },
  evaluate([y, w], { shape, dtype, attributes }) {
    const shapes = { x: shape, w: w!.shape, y: y!.shape };
    return contract({ shape, dtype }, shapes, attributes, (sums, atX, atW, atY) => {
      sums[atX]! += y!.data[atY]! * w!.data[atW]!;
    });
  },
  vjp: (cotangent, { inputs: [y, w], attributes: { outputPads: _, ...attributes } }) => [
    convolve(cotangent, w!, attributes as ConvolutionAttributes),
    weightGradient(cotangent, y!, w!.shape.slice(2), attributes as ConvolutionAttributes),
  ],
  jvp: (tangents, { inputs, attributes }) =>
    bilinearTangent(tangents, inputs, (p, q) => apply(operator, [p, q], attributes)),
  emit([y, w], node, emitter) {
    const shapes = { x: node.shape, w: node.inputs[1]!.shape, y: node.inputs[0]!.shape };
    if (coversImage(shapes, node.attributes)) return emitWholeImageGradient(y!, w!, shapes, emitter);
    return (
      blockedImageGradient([y!, w!], node, shapes, emitter) ??
      emitter.node('ConvTranspose', [y!, w!], {
        ...onnxAttributes(node.attributes, shapes.w.slice(2)),
        output_padding: node.attributes.outputPads,
      })
    );
  },
};

/** The adjoint of `conv2d` in its images: what a change of y does to images of the shape `image`. */
export function imageGradient(y: Tensor, w: Tensor, image: Shape, attributes: ConvolutionAttributes): Tensor {
  const { strides, pads, dilations } = attributes;
  const outputPads = strides.map((stride, axis) => {
    const free = image[axis + 2]! + pads[axis]! + pads[axis + 2]! - extentOf(w.shape[axis + 2]!, dilations[axis]!);
    return free % stride;
  });
  return apply(operator, [y, w], { ...attributes, outputPads });
}

/**
 * Transposed convolution: the adjoint of `conv2d`, which spreads each entry over a window.
 * @param x images [batch, channels, height, width]
 * @param w filters [channels, outputs / groups, rows, columns]
 * @returns [batch, outputs, height, width], sizes (size − 1) · stride + dilation · (taps − 1) + 1 + outputPad − pads
 * @throws {ShapeError} where the channels don't fit, or nothing is left
 */
export function convTranspose2d(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const attributes = convolutionAttributes('convTranspose2d', options, 'outputPads');
  const outputPads = pairOf('convTranspose2d', 'outputPads', options.outputPads ?? 0, 0);
  const { strides, dilations } = attributes;
  if (outputPads.some((pad, axis) => pad >= Math.max(strides[axis]!, dilations[axis]!))) {
    throw new ShapeError(
      `convTranspose2d: outputPads ${show(outputPads)} must be less than the strides ${show(strides)} or the dilations ${show(dilations)}`,
    );
  }
  if (outputPads.every((pad, axis) => pad < strides[axis]!))
    return apply(operator, [x, w], { ...attributes, outputPads });
  return widened(x, w, attributes, outputPads);
}

/**
 * With output pads of a stride or more, where windows of that image would be more than there are entries. Rows that `pads` cut off at the
 * end come back first, further ones are zeros.
 */
function widened(x: Tensor, w: Tensor, { pads, ...rest }: ConvolutionAttributes, outputPads: Shape): Tensor {
  const [top, left, ...ends] = pads as [number, number, number, number];
  const back = ends.map((end, axis) => Math.min(end, outputPads[axis]!));
  const kept = ends.map((end, axis) => end - back[axis]!);
  const narrow = apply(operator, [x, w], {
    ...(rest as ConvolutionAttributes),
    pads: [top, left, ...kept],
    outputPads: [0, 0],
  });
  return pad(narrow, [0, 0, 0, 0], [0, 0, ...outputPads.map((more, axis) => more - back[axis]!)]);
}
