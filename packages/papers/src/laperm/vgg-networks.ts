import { type AnyModel, activation, conv2d, dense, dropout, flatten, maxPool2d, unflatten } from '@unbraid/nn';
import { kerasNorm, kerasStart } from './keras-defaults.ts';
import { stack } from './stack.ts';

const relu = () => activation('relu');

const linear = (inputs: number, outputs: number) => dense(inputs, outputs, kerasStart);

/** Sides of an image of CIFAR-10. */
const SIDE = 32;

/** Conv2 and Conv4 (the authors' notebooks): blocks of two convolutions, one for each number of filters, then three dense layers. */
export function convNetwork(filters: readonly number[]): AnyModel {
  const side = SIDE / 2 ** filters.length;
  return stack({
    images: unflatten([3, SIDE, SIDE]),
    blocks: blocksOf(filters.map((count) => [count, count])),
    flatten: flatten(),
    hidden1: stack([linear(filters.at(-1)! * side * side, 256), relu(), dropout(0.5), kerasNorm(256)]),
    hidden2: stack([linear(256, 256), relu(), kerasNorm(256), dropout(0.5)]),
    output: linear(256, 10),
  });
}

/** Conv13 (the authors' notebook): the thirteen convolutions of VGG-16, which five blocks bring to one pixel, and two dense layers. */
export const conv13 = (): AnyModel =>
  stack({
    images: unflatten([3, SIDE, SIDE]),
    blocks: blocksOf([
      [64, 64],
      [128, 128],
      [256, 256, 256],
      [512, 512, 512],
      [512, 512, 512],
    ]),
    dropped: dropout(0.5),
    flatten: flatten(),
    hidden: stack([linear(512, 512), relu(), kerasNorm(512), dropout(0.5)]),
    output: linear(512, 10),
  });

/** Filters of the convolutions of each block. */
type Blocks = readonly (readonly number[])[];

const blocksOf = (blocks: Blocks): AnyModel =>
  stack(blocks.map((filters, i) => block(blocks[i - 1]?.at(-1) ?? 3, filters, i === 0 ? 0.3 : 0.4)));

/** Convolutions with dropout between them, and a pool that halves the sides. */
function block(channels: number, filters: readonly number[], rate: number): AnyModel {
  const convolutions = filters.flatMap((count, i): AnyModel[] => [
    ...(i > 0 ? [dropout(rate)] : []),
    convolution(filters[i - 1] ?? channels, count),
  ]);
  return stack([...convolutions, maxPool2d({ kernel: 2 })]);
}

const convolution = (channels: number, filters: number): AnyModel =>
  stack([conv2d({ ...kerasStart, channels, filters, kernel: 3, padding: 'same' }), relu(), kerasNorm(filters)]);
