import { BLOCKED, type Emitter } from '../onnx/emitter.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type ConvolutionAttributes, type ConvolutionShapes, onnxAttributes } from './convolution.ts';
import { sliceTo, swappedSizes } from './weight-gradient-forms.ts';

/*
 * The three faces of a convolution by ONNX Runtime's convolution for blocked channels, which it otherwise keeps for constant filters. In
 * the blocked layout images are [batch, channels / B, height, width, B] and filters [filters / B, channels / B, rows, columns, B channels,
 * B filters] under their old shapes; images with fewer than B channels stay as they are. Each function returns undefined where ONNX
 * Runtime has no such kernel or it does not pay: then the operator has another form (docs/decisions/009-convolution-gradients.md).
 */

/** With fewer windows an image the product with the filters is cheaper than to bring them into blocks. */
const LEAST_WINDOWS = 4;

/** Whether filters and their results can be blocked, in one group and in float32. */
function pays(block: number | undefined, { dtype }: Tensor, { w, y }: ConvolutionShapes, groups: number) {
  return (
    block !== undefined && dtype === 'float32' && groups === 1 && w[0]! % block === 0 && y[2]! * y[3]! >= LEAST_WINDOWS
  );
}

/** conv2d(x, w). */
export function blockedConvolution(
  [x, w]: readonly [string, string],
  node: Tensor<ConvolutionAttributes>,
  shapes: ConvolutionShapes,
  emitter: Emitter,
): string | undefined {
  const { channelBlock: block } = emitter;
  const [filters, channels, ...kernel] = shapes.w as [number, number, number, number];
  if (block === undefined || !pays(block, node, shapes, node.attributes.groups) || channels % block !== 0)
    return undefined;
  const tiles = emitter.node('Reshape', [
    w,
    emitter.int64s([filters / block, block, channels / block, block, ...kernel]),
  ]);
  const turned = emitter.node('Transpose', [tiles], { perm: [0, 2, 4, 5, 3, 1] });
  const blocked = emitter.node('Reshape', [turned, emitter.int64s(shapes.w)]);
  const product = emitter.node(
    BLOCKED.conv,
    [emitter.node(BLOCKED.reorderInput, [x]), blocked],
    onnxAttributes(node.attributes, kernel),
  );
  return emitter.node(BLOCKED.reorderOutput, [product], { channels: filters });
}

/** Part of an image axis of a gradient: the places that the same taps reach, every stride-th. */
interface Phase {
  /** The last of the taps, and how many there are. */
  readonly last: number;
  readonly taps: number;
  /** Padding of y before and after. */
  readonly before: number;
  readonly after: number;
}

/**
 * The gradient by x along one axis as convolutions of y without strides. Place q·stride + r of the image is reached by the taps that
 * leave the rest (r + pad) mod stride, in reverse order; there is one phase for each r.
 */
function phasesOf(
  size: number,
  windows: number,
  kernel: number,
  stride: number,
  pad: number,
  dilation: number,
): Phase[] {
  const places = Math.ceil(size / stride);
  return Array.from({ length: stride }, (_, r) => {
    const rest = (r + pad) % stride;
    const taps = Math.ceil((kernel - rest) / stride);
    const before = dilation * (taps - 1) - Math.floor((r + pad) / stride);
    return {
      last: rest + stride * (taps - 1),
      taps,
      before,
      after: places - windows - before + dilation * (taps - 1),
    };
  });
}

/** The gradient of Σ y·conv2d(x, w) by x. */
export function blockedImageGradient(
  [y, w]: readonly [string, string],
  node: Tensor<ConvolutionAttributes>,
  shapes: ConvolutionShapes,
  emitter: Emitter,
): string | undefined {
  const { channelBlock: block } = emitter;
  const { strides, pads, dilations, groups } = node.attributes;
  const [filters, channels, ...kernel] = shapes.w as [number, number, number, number];
  const [images, , ...size] = shapes.x as [number, number, number, number];
  if (block === undefined || !pays(block, node, shapes, groups) || channels % block !== 0) return undefined;
  const axes = size.map((n, axis) =>
    phasesOf(n, shapes.y[axis + 2]!, kernel[axis]!, strides[axis]!, pads[axis]!, dilations[axis]!),
  );
  const possible = axes.every(
    (phases, axis) =>
      (strides[axis] === 1 || dilations[axis] === 1) &&
      phases.every(({ taps, before, after }) => taps > 0 && before >= 0 && after >= 0),
  );
  if (!possible) return undefined;
  const [rows, columns] = axes as [Phase[], Phase[]];
  const [down, across] = strides as [number, number];
  const [height, width] = [Math.ceil(size[0]! / down), Math.ceil(size[1]! / across)];
  const blockedY = emitter.node(BLOCKED.reorderInput, [y]);

  const phase = (row: Phase, column: Phase) => {
    const taps = emitter.node('Slice', [
      w,
      emitter.int64s([row.last, column.last]),
      emitter.int64s([-kernel[0]! - 1, -kernel[1]! - 1]),
      emitter.int64s([2, 3]),
      emitter.int64s([-down, -across]),
    ]);
    const tiles = emitter.node('Reshape', [
      taps,
      emitter.int64s([filters / block, block, channels / block, block, row.taps, column.taps]),
    ]);
    const turned = emitter.node('Transpose', [tiles], { perm: [2, 0, 4, 5, 1, 3] });
    const blocked = emitter.node('Reshape', [turned, emitter.int64s([channels, filters, row.taps, column.taps])]);
    return emitter.node(BLOCKED.conv, [blockedY, blocked], {
      kernel_shape: [row.taps, column.taps],
      strides: [1, 1],
      dilations,
      pads: [row.before, column.before, row.after, column.after],
      group: 1,
    });
  };
  const woven = weave(
    rows.map((row) =>
      weave(
        columns.map((column) => phase(row, column)),
        [images, channels / block, height, width, 1, block],
        4,
        emitter,
      ),
    ),
    [images, channels / block, height, 1, width * across * block],
    3,
    emitter,
  );
  const whole = strides.every((stride) => stride === 1)
    ? woven
    : emitter.node('Reshape', [woven, emitter.int64s([images, channels, height * down, width * across])]);
  const result = emitter.node(BLOCKED.reorderOutput, [whole], { channels });
  return sliceTo(result, [height * down, width * across], size, emitter);
}

/** Several arrays taken in turn along an axis, on which each has size 1 under `shape`. */
function weave(parts: readonly string[], shape: Shape, axis: number, emitter: Emitter): string {
  if (parts.length === 1) return parts[0]!;
  const shaped = parts.map((part) => emitter.node('Reshape', [part, emitter.int64s(shape)]));
  return emitter.node('Concat', shaped, { axis });
}

/**
 * The gradient of Σ y·conv2d(x, w) by w, summed over parts of the batch with fewer than B images: these stand for channels, and so few
 * need no blocks.
 */
export function blockedWeightGradient(
  [x, y]: readonly [string, string],
  node: Tensor<ConvolutionAttributes>,
  shapes: ConvolutionShapes,
  emitter: Emitter,
): string | undefined {
  const { channelBlock: block } = emitter;
  const { strides, pads, dilations, groups } = node.attributes;
  if (block === undefined || !pays(block, node, shapes, groups)) return undefined;
  const [images, filters, ...windows] = shapes.y as [number, number, number, number];
  const { after, size } = swappedSizes(shapes, node.attributes);
  const blockedY = emitter.node(BLOCKED.reorderInput, [y]);
  const count = Math.ceil(images / (block - 1));
  const starts = Array.from({ length: count + 1 }, (_, i) => Math.floor((i * images) / count));
  const part = (name: string, i: number) =>
    count === 1
      ? name
      : emitter.node('Slice', [name, ...[starts[i]!, starts[i + 1]!, 0].map((n) => emitter.int64s([n]))]);
  let sum: string | undefined;
  for (let i = 0; i < count; i++) {
    const depth = starts[i + 1]! - starts[i]!;
    const image = emitter.node('Transpose', [part(x, i)], { perm: [1, 0, 2, 3] });
    const tiles = emitter.node('Reshape', [
      part(blockedY, i),
      emitter.int64s([depth, filters / block, windows[0]! * windows[1]! * block]),
    ]);
    const turned = emitter.node('Transpose', [tiles], { perm: [1, 0, 2] });
    const filter = emitter.node('Reshape', [turned, emitter.int64s([filters, depth, ...windows])]);
    sum = emitter.node(BLOCKED.conv, sum === undefined ? [image, filter] : [image, filter, '', sum], {
      kernel_shape: windows,
      strides: dilations,
      dilations: strides,
      pads: [pads[0]!, pads[1]!, ...after],
      group: 1,
    });
  }
  const whole = emitter.node(BLOCKED.reorderOutput, [sum!], { channels: filters });
  const cut = sliceTo(whole, size, shapes.w.slice(2), emitter);
  return emitter.node('Transpose', [cut], { perm: [1, 0, 2, 3] });
}
