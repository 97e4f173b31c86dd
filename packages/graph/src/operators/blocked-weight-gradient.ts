import { BLOCKED, type Emitter } from '../onnx/emitter.ts';
import type { Tensor } from '../tensor.ts';
import { blockFor } from './blocked-convolution.ts';
import type { ConvolutionAttributes, ConvolutionShapes } from './convolution.ts';
import { sliceTo, swappedSizes } from './weight-gradient-forms.ts';

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
  const { strides, pads, dilations } = node.attributes;
  const block = blockFor(emitter, node, shapes);
  if (block === undefined) return undefined;
  const [images, filters, ...windows] = shapes.y as [number, number, number, number];
  const { after, size } = swappedSizes(shapes, node.attributes);
  const settings = {
    kernel_shape: windows,
    strides: dilations,
    dilations: strides,
    pads: [pads[0]!, pads[1]!, ...after],
    group: 1,
  };
  const blockedY = emitter.node(BLOCKED.reorderInput, [y]);
  const sum = partsOf(images, block - 1).reduce<string | undefined>((before, [start, end]) => {
    const part = (name: string) =>
      end - start === images ? name : emitter.node('Slice', [name, ...[start, end, 0].map((n) => emitter.int64s([n]))]);
    const image = emitter.node('Transpose', [part(x)], { perm: [1, 0, 2, 3] });
    const tiled = [end - start, filters / block, windows[0]! * windows[1]! * block];
    const tiles = emitter.node('Reshape', [part(blockedY), emitter.int64s(tiled)]);
    const turned = emitter.node('Transpose', [tiles], { perm: [1, 0, 2] });
    const filter = emitter.node('Reshape', [turned, emitter.int64s([filters, end - start, ...windows])]);
    // The fourth operand is added to the result; the third, a bias, is left out.
    return emitter.node(BLOCKED.conv, before === undefined ? [image, filter] : [image, filter, '', before], settings);
  }, undefined);
  const whole = emitter.node(BLOCKED.reorderOutput, [sum!], { channels: filters });
  const cut = sliceTo(whole, size, shapes.w.slice(2), emitter);
  return emitter.node('Transpose', [cut], { perm: [1, 0, 2, 3] });
}

/** 0 … `count` in as few parts as `most` allows, nearly equal. */
function partsOf(count: number, most: number): [start: number, end: number][] {
  const parts = Math.ceil(count / most);
  const bound = (i: number) => Math.floor((i * count) / parts);
  return Array.from({ length: parts }, (_, i) => [bound(i), bound(i + 1)]);
}
