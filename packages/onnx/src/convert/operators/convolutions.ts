import { add, type Tensor } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { convolve } from './convolve.ts';
import { convolveTransposed } from './convolve-transposed.ts';
import { byChannel } from './normalizing.ts';
import { extentOf, type Windows, windowsOf } from './windows.ts';

/** Images and filters of a node. @throws {InputError} `model`, unless they have one to three axes beside their first two */
function operandsOf(node: NodeContext): readonly [Tensor, Tensor] {
  const [x, w] = [node.input(0), node.input(1)];
  const rank = x.shape.length - 2;
  if (rank < 1 || rank > 3 || w.shape.length !== rank + 2) {
    node.fail(`takes images and filters of one to three axes, not [${x.shape.join(', ')}] and [${w.shape.join(', ')}]`);
  }
  const kernel = node.attributes.integers('kernel_shape');
  if (kernel && kernel.join() !== w.shape.slice(2).join()) {
    node.fail(`its kernel_shape is [${kernel.join(', ')}], its filters are [${w.shape.join(', ')}]`);
  }
  return [x, w];
}

/** The sum that ONNX Runtime takes into the convolution. */
const withBias = (y: Tensor, bias: Tensor | undefined): Tensor => (bias ? add(y, byChannel(bias, y)) : y);

/** Convolution of lines, images or volumes, with the bias added. */
export function convertConv(node: NodeContext): readonly Tensor[] {
  const [x, w] = operandsOf(node);
  const windows = windowsOf(node, x.shape.slice(2), w.shape.slice(2));
  return [withBias(convolve(x, w, windows, node.attributes.integer('group', 1)), node.inputs[2])];
}

function convertConvTranspose(node: NodeContext): readonly Tensor[] {
  const [x, w] = operandsOf(node);
  const { windows, more } = transposedWindows(node, x.shape.slice(2), w.shape.slice(2));
  const y = convolveTransposed(x, w, windows, node.attributes.integer('group', 1), more);
  return [withBias(y, node.inputs[2])];
}

/** `output_shape`, or `auto_pad` with a size of ⌈size · stride⌉, say how much of the ends falls away. */
function transposedWindows(
  node: NodeContext,
  image: readonly number[],
  kernel: readonly number[],
): { readonly windows: Windows; readonly more: readonly number[] } {
  const automatic = node.attributes.text('auto_pad', 'NOTSET');
  const windows = windowsOf(node, image, kernel);
  const more = node.attributes.integers('output_padding') ?? image.map(() => 0);
  const same = automatic === 'SAME_UPPER' || automatic === 'SAME_LOWER';
  const wanted =
    node.attributes.integers('output_shape')?.slice(-image.length) ??
    (same ? image.map((size, axis) => size * windows.strides[axis]!) : undefined);
  if (!wanted) return { windows, more };
  const cut = image.map((size, axis) => {
    const extent = extentOf(kernel[axis]!, windows.dilations[axis]!);
    return (size - 1) * windows.strides[axis]! + extent + more[axis]! - wanted[axis]!;
  });
  const less = cut.map((n) => Math.floor(Math.max(0, n) / 2));
  const rest = cut.map((n, axis) => Math.max(0, n) - less[axis]!);
  const [begin, end] = automatic === 'SAME_UPPER' ? [less, rest] : [rest, less];
  return { windows: { ...windows, begin, end }, more: more.map((n, axis) => n + Math.max(0, -cut[axis]!)) };
}

/** Convolutions and their adjoints. */
export const convolutions: Converters = {
  Conv: convertConv,
  ConvTranspose: convertConvTranspose,
};
