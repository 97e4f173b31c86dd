import { BLOCKED, type Emitter } from '../onnx/emitter.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { blockFor, turn } from './blocked-convolution.ts';
import type { ConvolutionAttributes, ConvolutionShapes } from './convolution.ts';
import { extentOf } from './window.ts';

/*
 * The gradient of Σ y·conv2d(x, w) by w as a blocked convolution of x with the filter y, in which images stand for channels, taps for windows
 * and channels for images. That has a window for each tap, too few for ONNX Runtime's kernel, which works on several of a row at once. So where
 * channels fill blocks, x stays in blocks, and the B channels of a block lie beside each other in a row, B times as wide.
 * The kernel takes fewer than B images at a time, which then need no blocks of their own: the batch is cut into groups, whose gradients
 * are added. docs/decisions/009-convolution-gradients.md has the measurements.
 */

/** Bytes of filters that a row of windows runs over again and again: what the first cache holds besides the images. */
const MOST_FILTER_BYTES = 32 * 1024;
/** Blocks of filters that the kernel works on at once. */
const FILTER_BLOCKS = 4;
/** Entries of images, and of the gradients of their groups, that are worked on at once, so that they stay in the caches. */
const MOST_ENTRIES = 1 << 19;

type Range = readonly [start: number, end: number];

/** Images of the batch, and how many groups they make. */
interface ImagePart {
  readonly images: Range;
  readonly groups: number;
}

/** What all parts of one gradient share. */
interface Plan {
  readonly node: Tensor<ConvolutionAttributes>;
  readonly shapes: ConvolutionShapes;
  readonly block: number;
  /** Channels that lie beside each other: those of a block, or 1. */
  readonly lanes: number;
  /** x as [batch, channels / lanes, height, width · lanes]. */
  readonly x: string;
  /** y in blocks. */
  readonly y: string;
  readonly emitter: Emitter;
}

export function blockedWeightGradient(
  [x, y]: readonly [string, string],
  node: Tensor<ConvolutionAttributes>,
  shapes: ConvolutionShapes,
  emitter: Emitter,
): string | undefined {
  const block = blockFor(emitter, node, shapes);
  if (block === undefined) return undefined;
  const [images, channels, height, width] = shapes.x as [number, number, number, number];
  const [filters, , ...kernel] = shapes.w as [number, number, number, number];
  const lanes = channels % block === 0 && node.attributes.dilations[1] === 1 ? block : 1;
  const rows = rowParts(shapes, block);
  if (!rows.every((part) => meets(shapes, reachOf(part, shapes, node.attributes)))) return undefined;
  const reshape = (name: string, shape: Shape) => emitter.node('Reshape', [name, emitter.int64s(shape)]);
  const wide = reshape(lanes > 1 ? emitter.toBlocks(x) : x, [images, channels / lanes, height, width * lanes]);
  const plan: Plan = {
    node,
    shapes,
    block,
    lanes,
    x: wide,
    y: emitter.toBlocks(y),
    emitter,
  };
  const sum = sumOverParts(plan, imageParts(shapes, block), rows);
  const [inner, outer, taps] = [channels / lanes, filters / block, sizeOf(kernel)];
  const tiles = turn(sum, [inner, outer, taps * lanes * block], [1, 0, 2], emitter);
  const rowsOfTaps = turn(tiles, [outer * inner, taps, lanes, block], [0, 2, 1, 3], emitter);
  return reshape(turn(rowsOfTaps, [outer, channels * taps, block], [0, 2, 1], emitter), shapes.w);
}

/** The gradient, [channels / lanes, filters / B, rows, columns · lanes, B]. */
function sumOverParts(plan: Plan, parts: readonly ImagePart[], rows: readonly Range[]): string {
  let sum: string | undefined;
  parts.forEach(({ images, groups }, i) => {
    const y = filtersOf(plan, images, groups);
    for (const part of rows) sum = addPart(plan, images, groups, part, y, sum);
    if (groups > 1 && parts[i + 1]?.groups !== groups) sum = sumOverGroups(plan, sum!, groups);
  });
  return sum!;
}

/** y of some images as filters in blocks, [groups, filters / B, images of a group, rows, columns · B]. */
function filtersOf({ shapes: { y }, block, y: blocked, emitter }: Plan, [start, end]: Range, groups: number): string {
  const [images, filters, rows, columns] = y as [number, number, number, number];
  const ranges = [start, end, 0].map((n) => emitter.int64s([n]));
  const part = end - start === images ? blocked : emitter.node('Slice', [blocked, ...ranges]);
  const tiled = [groups, (end - start) / groups, filters / block, rows, columns * block];
  return emitter.node('Transpose', [emitter.node('Reshape', [part, emitter.int64s(tiled)])], { perm: [0, 2, 1, 3, 4] });
}

/** What some images and some rows of y add to the gradients of groups, `before`. */
function addPart(
  { node: { attributes }, shapes, lanes, x, emitter }: Plan,
  [first, end]: Range,
  groups: number,
  rows: Range,
  y: string,
  before: string | undefined,
): string {
  const [images, , height, width] = shapes.x as [number, number, number, number];
  const [, filters, windows, columns] = shapes.y as [number, number, number, number];
  const [top, bottom, left, right] = reachOf(rows, shapes, attributes);
  const pads = [-first, 0, -top, -left * lanes, end - images, 0, bottom - height, (right - width) * lanes];
  const seen = pads.some((pad) => pad !== 0)
    ? emitter.node('Pad', [x, emitter.int64s(pads), emitter.scalar('float32', 0)])
    : x;
  const image = emitter.node('Transpose', [seen], { perm: [1, 0, 2, 3] });
  const ranges = [rows[0], rows[1], 3].map((n) => emitter.int64s([n]));
  const part = rows[1] - rows[0] === windows ? y : emitter.node('Slice', [y, ...ranges]);
  const shape = [groups * filters, (end - first) / groups, rows[1] - rows[0], columns];
  const filter = emitter.node('Reshape', [part, emitter.int64s(shape)]);
  // The fourth operand is added to the result; the third, a bias, is left out.
  return emitter.node(BLOCKED.conv, before === undefined ? [image, filter] : [image, filter, '', before], {
    kernel_shape: shape.slice(2),
    strides: [attributes.dilations[0]!, lanes > 1 ? 1 : attributes.dilations[1]!],
    dilations: [attributes.strides[0]!, attributes.strides[1]! * lanes],
    pads: [0, 0, 0, 0],
    group: groups,
  });
}

function sumOverGroups({ shapes: { w }, lanes, emitter }: Plan, sum: string, groups: number): string {
  const [filters, channels, rows, columns] = w as [number, number, number, number];
  const split = [channels / lanes, groups, filters * rows * columns * lanes];
  const shaped = emitter.node('Reshape', [sum, emitter.int64s(split)]);
  const whole = emitter.node('ReduceSum', [shaped, emitter.int64s([1])], { keepdims: 0 });
  return emitter.node('Reshape', [whole, emitter.int64s([channels / lanes, filters, rows, columns * lanes])]);
}

/** The rows and columns of x that some rows of y see: padding has negative ones and those from the size on. */
function reachOf(
  rows: Range,
  { w, y }: ConvolutionShapes,
  { strides, pads, dilations }: ConvolutionAttributes,
): [top: number, bottom: number, left: number, right: number] {
  const ends = (axis: number, [start, end]: Range): Range => [
    start * strides[axis]! - pads[axis]!,
    (end - 1) * strides[axis]! + extentOf(w[axis + 2]!, dilations[axis]!) - pads[axis]!,
  ];
  return [...ends(0, rows), ...ends(1, [0, y[3]!])];
}

/** Whether there are more than pads in it. */
const meets = ({ x }: ConvolutionShapes, [top, bottom, left, right]: ReturnType<typeof reachOf>): boolean =>
  top < x[2]! && bottom > 0 && left < x[3]! && right > 0;

/**
 * The batch in parts. A group has fewer than B images, and all groups of a part together as many as fill blocks, which the kernel asks for;
 * what is left of the batch is one group.
 */
function imageParts({ x, w }: ConvolutionShapes, block: number): ImagePart[] {
  const images = x[0]!;
  const blocks = Math.floor(images / block);
  const parts: ImagePart[] = [];
  if (blocks > 0) {
    const entries = Math.max(sizeOf(x.slice(1)), sizeOf(w) / (block - 1)) * block;
    const size = largestDivisor(blocks, Math.max(1, Math.floor(MOST_ENTRIES / entries))) * block;
    const groups = size / largestDivisor(size, block - 1);
    for (let start = 0; start < blocks * block; start += size) parts.push({ images: [start, start + size], groups });
  }
  if (blocks * block < images) parts.push({ images: [blocks * block, images], groups: 1 });
  return parts;
}

function largestDivisor(n: number, most: number): number {
  let divisor = Math.min(n, most);
  while (n % divisor !== 0) divisor--;
  return divisor;
}

/** Rows of y in parts whose filters stay in the cache. */
function rowParts({ w, y }: ConvolutionShapes, block: number): Range[] {
  const [rows, columns] = y.slice(2) as [number, number];
  const tapBytes = Math.min(FILTER_BLOCKS * block, w[0]!) * Float32Array.BYTES_PER_ELEMENT;
  const most = Math.max(1, Math.floor(MOST_FILTER_BYTES / (tapBytes * columns)));
  const parts = Math.ceil(rows / most);
  const bound = (i: number) => Math.floor((i * rows) / parts);
  return Array.from({ length: parts }, (_, i) => [bound(i), bound(i + 1)]);
}
