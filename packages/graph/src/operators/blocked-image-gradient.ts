import type { Emitter } from '../onnx/emitter.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { blockFor, blockSwappedFilters, emitBlocked } from './blocked-convolution.ts';
import type { ConvolutionAttributes, ConvolutionShapes } from './convolution.ts';
import { sliceTo } from './weight-gradient-forms.ts';

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

/** The phases of rows and of columns, where all of them are convolutions. */
function phasesOfImage(
  { x, w, y }: ConvolutionShapes,
  { strides, pads, dilations }: ConvolutionAttributes,
): readonly [rows: Phase[], columns: Phase[]] | undefined {
  const [rows, columns] = [0, 1].map((axis) =>
    phasesOf(x[axis + 2]!, y[axis + 2]!, w[axis + 2]!, strides[axis]!, pads[axis]!, dilations[axis]!),
  ) as [Phase[], Phase[]];
  const exist = strides.every((stride, axis) => stride === 1 || dilations[axis] === 1);
  const fit = [...rows, ...columns].every(({ taps, before, after }) => taps > 0 && before >= 0 && after >= 0);
  return exist && fit ? [rows, columns] : undefined;
}

/** The gradient of Σ y·conv2d(x, w) by x. */
export function blockedImageGradient(
  [y, w]: readonly [string, string],
  node: Tensor<ConvolutionAttributes>,
  shapes: ConvolutionShapes,
  emitter: Emitter,
): string | undefined {
  const [images, channels, ...size] = shapes.x as [number, number, number, number];
  const [down, across] = node.attributes.strides as [number, number];
  const block = blockFor(emitter, node, shapes, channels);
  const phases = phasesOfImage(shapes, node.attributes);
  if (block === undefined || !phases) return undefined;
  const [blockedY, tiles] = [emitter.toBlocks(y), blockSwappedFilters(w, shapes.w, block, emitter)];
  const [height, width] = [Math.ceil(size[0]! / down), Math.ceil(size[1]! / across)];
  const rows = phases[0].map((row) => {
    const parts = phases[1].map((column) => convolvePhase([blockedY, tiles], row, column, node, shapes, emitter));
    return weave(parts, [images, channels / block, height, width, 1, block], 4, emitter);
  });
  const woven = weave(rows, [images, channels / block, height, 1, width * across * block], 3, emitter);
  const shape = [images, channels, height * down, width * across];
  const whole = down * across === 1 ? woven : emitter.node('Reshape', [woven, emitter.int64s(shape)]);
  return sliceTo(emitter.fromBlocks(whole, channels), shape.slice(2), size, emitter);
}

/** The places that the taps of one phase of rows and one of columns reach; `tiles` are all taps. */
function convolvePhase(
  [blockedY, tiles]: readonly [string, string],
  row: Phase,
  column: Phase,
  { attributes: { strides, dilations } }: Tensor<ConvolutionAttributes>,
  { w: [filters, channels, height, width] }: ConvolutionShapes,
  emitter: Emitter,
): string {
  // Backwards to the first tap of the phase; the end lies before index 0, which is written as a number below −size.
  const ends = [-height! - 1, -width! - 1];
  const ranges = [[row.last, column.last], ends, [1, 2], strides.map((stride) => -stride)];
  const taps = emitter.node('Slice', [tiles, ...ranges.map((range) => emitter.int64s(range))]);
  const filter = emitter.node('Reshape', [taps, emitter.int64s([channels!, filters!, row.taps, column.taps])]);
  const attributes = {
    kernel_shape: [row.taps, column.taps],
    strides: [1, 1],
    dilations,
    pads: [row.before, column.before, row.after, column.after],
    group: 1,
  };
  return emitBlocked([blockedY, filter], attributes, emitter);
}

/** Several arrays taken in turn along an axis, on which each has size 1 under `shape`. */
function weave(parts: readonly string[], shape: Shape, axis: number, emitter: Emitter): string {
  if (parts.length === 1) return parts[0]!;
  const shaped = parts.map((part) => emitter.node('Reshape', [part, emitter.int64s(shape)]));
  return emitter.node('Concat', shaped, { axis });
}
