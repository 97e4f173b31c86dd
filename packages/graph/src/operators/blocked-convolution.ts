import { BLOCKED, type Emitter, type OnnxAttribute } from '../onnx/emitter.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type ConvolutionAttributes, type ConvolutionShapes, onnxAttributes } from './convolution.ts';

/*
 * A convolution by ONNX Runtime's kernel for blocked channels, which it otherwise keeps for constant filters; the gradients stand in
 * blocked-image-gradient.ts and blocked-weight-gradient.ts. In the blocked layout images are [batch, channels / B, height, width, B] and
 * filters [filters / B, channels / B, rows, columns, B channels, B filters], both under their old shapes; images with fewer than B channels stay
 * as they are. Each of the three returns undefined where ONNX Runtime has no such kernel or it does not pay: then the operator has
 * another form (docs/decisions/009-convolution-gradients.md).
 */

/** With fewer windows an image, bringing the filters into blocks costs more than it saves. */
const LEAST_WINDOWS = 4;

/** The size of a block where filters and results can be blocked, and `channels` too where given. */
export function blockFor(
  { channelBlock: block }: Emitter,
  { dtype, attributes }: Tensor<ConvolutionAttributes>,
  { w, y }: ConvolutionShapes,
  channels = 0,
): number | undefined {
  if (block === undefined || dtype !== 'float32' || attributes.groups !== 1) return undefined;
  const fits = w[0]! % block === 0 && channels % block === 0 && y[2]! * y[3]! >= LEAST_WINDOWS;
  return fits ? block : undefined;
}

/*
 * ONNX Runtime transposes fast where one axis moves and 8 or more entries stay together, so orders of six axes are changed in steps
 * (docs/decisions/022-fine-tuning-steps.md).
 */

/** Filters [outputs, inputs, rows, columns] in blocks. */
export function blockFilters(
  name: string,
  [outputs, inputs, rows, columns]: Shape,
  block: number,
  emitter: Emitter,
): string {
  const [tiles, taps] = [(outputs! / block) * (inputs! / block), rows! * columns!];
  const last = turn(name, [outputs! / block, block, inputs! * taps], [0, 2, 1], emitter);
  const turned = turn(last, [tiles, block, taps, block], [0, 2, 1, 3], emitter);
  return emitter.node('Reshape', [turned, emitter.int64s([outputs!, inputs!, rows!, columns!])]);
}

/** Filters given as [inputs, outputs, rows, columns] in blocks, as [tiles, rows, columns, entries of a tile]. */
export function blockSwappedFilters(
  name: string,
  [inputs, outputs, rows, columns]: Shape,
  block: number,
  emitter: Emitter,
): string {
  const [tiles, taps] = [(outputs! / block) * (inputs! / block), rows! * columns!];
  const outer = turn(name, [inputs! / block, block, outputs! / block, block * taps], [2, 0, 1, 3], emitter);
  const last = turn(outer, [tiles * block, block, taps], [0, 2, 1], emitter);
  const turned = turn(last, [tiles, block, taps, block], [0, 2, 1, 3], emitter);
  return emitter.node('Reshape', [turned, emitter.int64s([tiles, rows!, columns!, block * block])]);
}

/** Another order of the axes that a name has under a shape. */
export function turn(name: string, shape: Shape, perm: Shape, emitter: Emitter): string {
  return emitter.node('Transpose', [emitter.node('Reshape', [name, emitter.int64s(shape)])], { perm });
}

/** conv2d(x, w). */
export function blockedConvolution(
  [x, w]: readonly [string, string],
  node: Tensor<ConvolutionAttributes>,
  shapes: ConvolutionShapes,
  emitter: Emitter,
): string | undefined {
  const [filters, channels, ...kernel] = shapes.w as [number, number, number, number];
  const few = channels < (emitter.channelBlock ?? 0);
  const block = blockFor(emitter, node, shapes, few ? 0 : channels);
  if (block === undefined) return undefined;
  const operands = few
    ? ([x, blockFew(w, shapes.w, block, emitter)] as const)
    : ([emitter.toBlocks(x), blockFilters(w, shapes.w, block, emitter)] as const);
  return emitter.fromBlocks(emitBlocked(operands, onnxAttributes(node.attributes, kernel), emitter), filters);
}

/** Filters for images with fewer channels than a block has, which stay as they are. */
function blockFew(name: string, [filters, ...rest]: Shape, block: number, emitter: Emitter): string {
  const tiles = emitter.node('Reshape', [name, emitter.int64s([filters! / block, block, ...rest])]);
  const turned = emitter.node('Transpose', [tiles], { perm: [0, 2, 3, 4, 1] });
  return emitter.node('Reshape', [turned, emitter.int64s([filters!, ...rest])]);
}

/** A blocked convolution, with what else is asked of it. */
export function emitBlocked(
  operands: readonly [images: string, filters: string],
  attributes: Readonly<Record<string, OnnxAttribute>>,
  { epilogue, node }: Emitter,
): string {
  return node(BLOCKED.conv, epilogue?.bias === undefined ? operands : [...operands, epilogue.bias], {
    ...attributes,
    ...(epilogue?.relu && { activation: 'Relu' }),
  });
}
