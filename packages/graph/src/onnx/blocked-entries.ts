import { type Shape, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { BLOCKED, type Emitter } from './emitter.ts';

/*
 * Images that a blocked convolution gives, or takes, stay in blocks where what is computed of them works on each entry by itself, or sums each
 * channel.
 */

/** Operators whose form is the same for entries in any order. */
const ENTRYWISE = new Set([
  'abs',
  'add',
  'cast',
  'div',
  'equal',
  'greater',
  'mul',
  'neg',
  'relu',
  'reluMask',
  'sub',
  'where',
]);

/** Operators with blocked forms that have an epilogue. */
const CONVOLUTIONS = new Set(['conv2d', 'convTranspose2d']);

/** What is known of the graph while it is written. */
export interface Written {
  /** The name of a tensor that was written before. */
  nameOf(tensor: Tensor): string;
  /** How many operands, and results of the graph, a tensor is. */
  readersOf(tensor: Tensor): number;
  /** Says which tensor the nodes that follow are made for. */
  begin(tensor: Tensor): void;
}
type NameOf = Written['nameOf'];

/**
 * The operator's form on images in blocks, or undefined where no operand is in blocks, or the operator needs them plain.
 * @returns the plain name of the result, whose blocks the emitter knows
 */
export function emitInBlocks(tensor: Tensor, written: Written, emitter: Emitter): string | undefined {
  const { operator, inputs } = tensor;
  const { nameOf } = written;
  if (emitter.channelBlock === undefined || !inputs.some((x) => emitter.inBlocks(nameOf(x)) !== undefined))
    return undefined;
  const fused = emitFused(tensor, written, emitter);
  if (fused !== undefined) return fused;
  if (operator.name === 'reduceSum') return emitChannelSums(tensor, nameOf, emitter);
  const scaled = emitScaled(tensor, written, emitter);
  if (scaled !== undefined) return scaled;
  return ENTRYWISE.has(operator.name) ? emitEntries(tensor, nameOf, emitter) : undefined;
}

/**
 * The relu of a convolution, a convolution plus a number for each channel, or the relu of such a sum, as the convolution's own: written once more
 * with what it does at once. The convolution alone is left out, since nothing else reads it.
 */
function emitFused(tensor: Tensor, { nameOf, readersOf, begin }: Written, emitter: Emitter): string | undefined {
  const relu = tensor.operator.name === 'relu';
  const sum = relu ? tensor.inputs[0]! : tensor;
  const once = (x: Tensor) => readersOf(x) === 1;
  if (relu && !once(sum)) return undefined;
  const [x, bias] = sum.operator.name === 'add' ? biasedConvolution(sum) : [sum, undefined];
  if (!x || !CONVOLUTIONS.has(x.operator.name) || emitter.inBlocks(nameOf(x)) === undefined) return undefined;
  if (bias && !once(x)) return undefined;
  const flat = bias && emitter.node('Reshape', [nameOf(bias), emitter.int64s([sizeOf(bias.shape)])]);
  begin(x);
  const result = x.operator.emit(x.inputs.map(nameOf), x, { ...emitter, epilogue: { bias: flat, relu } });
  begin(tensor);
  return result;
}

/** The convolution in a sum with a number for each of its channels, and these numbers. */
function biasedConvolution({
  inputs,
  shape,
}: Tensor): readonly [convolution: Tensor, bias: Tensor] | [undefined, undefined] {
  const [a, b] = inputs as [Tensor, Tensor];
  if (roleOf(a, shape) === 'image' && roleOf(b, shape) === 'channels') return [a, b];
  return roleOf(b, shape) === 'image' && roleOf(a, shape) === 'channels' ? [b, a] : [undefined, undefined];
}

/** factor · image + addend, the two with a number for each channel, where they are given. */
interface Scaled {
  readonly image: Tensor;
  readonly factor?: Tensor;
  readonly addend?: Tensor;
  /** The operator that `addend` is of, where it is subtracted. */
  readonly minus?: boolean;
}

/** What a product or sum of images and channels' numbers is; a sum takes in a product that nothing else reads. */
function scaledOf({ operator: { name }, inputs, shape }: Tensor, once: (x: Tensor) => boolean): Scaled | undefined {
  if (name !== 'mul' && name !== 'add' && name !== 'sub') return undefined;
  const roles = inputs.map((x) => roleOf(x, shape));
  const at = roles.indexOf('image');
  if (at < 0 || roles[1 - at] !== 'channels' || (name === 'sub' && at === 1)) return undefined;
  const [image, channels] = [inputs[at]!, inputs[1 - at]!];
  if (name === 'mul') return { image, factor: channels };
  const product = image.operator.name === 'mul' && once(image) ? scaledOf(image, once) : undefined;
  return { ...(product ?? { image }), addend: channels, minus: name === 'sub' };
}

/**
 * Images times and plus a number for each channel, and the relu of that, as a convolution of each channel by itself with one tap: ONNX Runtime
 * repeats a number for each channel entry by entry where images are in blocks, which takes several times as long.
 */
function emitScaled(tensor: Tensor, { nameOf, readersOf }: Written, emitter: Emitter): string | undefined {
  const relu = tensor.operator.name === 'relu';
  const once = (x: Tensor) => readersOf(x) === 1;
  if (relu && !once(tensor.inputs[0]!)) return undefined;
  const scaled = scaledOf(relu ? tensor.inputs[0]! : tensor, once);
  if (!scaled || tensor.dtype !== 'float32') return undefined;
  const { image, factor, addend, minus } = scaled;
  if (emitter.inBlocks(nameOf(image)) === undefined) return undefined;
  const channels = image.shape[1]!;
  const flat = (x: Tensor) => emitter.node('Reshape', [nameOf(x), emitter.int64s([channels])]);
  const filters = factor
    ? emitter.node('Reshape', [nameOf(factor), emitter.int64s([channels, 1, 1, 1])])
    : emitter.constant('float32', [channels, 1, 1, 1], new Float32Array(channels).fill(1));
  const bias = addend && (minus ? emitter.node('Neg', [flat(addend)]) : flat(addend));
  const result = emitter.node(
    BLOCKED.conv,
    [emitter.toBlocks(nameOf(image)), filters, ...(bias === undefined ? [] : [bias])],
    {
      ...{ kernel_shape: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: channels },
      ...(relu && { activation: 'Relu' }),
    },
  );
  return emitter.fromBlocks(result, channels);
}

function emitEntries(tensor: Tensor, nameOf: NameOf, emitter: Emitter): string | undefined {
  const { operator, inputs, shape, dtype } = tensor;
  const block = emitter.channelBlock!;
  const roles = inputs.map((x) => roleOf(x, shape));
  const images = inputs.filter((_, i) => roles[i] === 'image');
  // A truth has no plain form to come from: it is computed in both.
  if (roles.includes(undefined) || !images.every((x) => x.dtype === 'float32' || emitter.inBlocks(nameOf(x))))
    return undefined;
  if (dtype !== 'float32' && dtype !== 'bool') return undefined;
  const channelwise = roles.includes('channels');
  const split = splitShape(shape, block);
  const operands = inputs.map((x, i) => {
    const name = nameOf(x);
    if (roles[i] === 'number') return name;
    if (roles[i] === 'channels')
      return emitter.node('Reshape', [name, emitter.int64s(splitShape([1, shape[1]!, 1, 1], block))]);
    const blocked = emitter.toBlocks(name);
    return channelwise ? emitter.node('Reshape', [blocked, emitter.int64s(split)]) : blocked;
  });
  const result = operator.emit(operands, tensor, emitter);
  const whole = channelwise ? emitter.node('Reshape', [result, emitter.int64s(shape)]) : result;
  if (dtype === 'float32') return emitter.fromBlocks(whole, shape[1]!);
  const plain = operator.emit(inputs.map(nameOf), tensor, emitter);
  emitter.keepBlocks(plain, whole);
  return plain;
}

/** What an operand is to a result of some shape: images of that shape, a number for each channel, or one number. */
function roleOf({ shape: own }: Tensor, shape: Shape): 'image' | 'channels' | 'number' | undefined {
  if (sameShape(own, shape)) return 'image';
  if (sizeOf(own) === 1) return 'number';
  const aligned = [...Array.from({ length: shape.length - own.length }, () => 1), ...own];
  return sameShape(aligned, [1, shape[1]!, 1, 1]) ? 'channels' : undefined;
}

/** Sums of each channel over images, rows and columns: the gradient of a bias. */
function emitChannelSums(tensor: Tensor, nameOf: NameOf, emitter: Emitter): string | undefined {
  const [x] = tensor.inputs as [Tensor];
  const block = emitter.channelBlock!;
  const axes = tensor.attributes.axes as Shape;
  if (!sameShape(axes, [0, 2, 3])) return undefined;
  const [images, channels, height, width] = x.shape as [number, number, number, number];
  const shape = [images, channels / block, height * width, block];
  const name = emitter.node('Reshape', [emitter.toBlocks(nameOf(x)), emitter.int64s(shape)]);
  const sums: Tensor = {
    ...tensor,
    inputs: [{ ...x, shape }],
    shape: [channels / block, block],
    attributes: { axes: [0, 2], keepDims: false },
  };
  return emitter.node('Reshape', [tensor.operator.emit([name], sums, emitter), emitter.int64s(tensor.shape)]);
}

const splitShape = ([images, channels, height, width]: Shape, block: number): Shape => [
  images!,
  channels! / block,
  height!,
  width!,
  block,
];
