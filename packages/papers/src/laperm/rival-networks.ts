import { foldedBlock } from '@unbraid/laperm';
import { type AnyModel, activation, batchNorm, conv2d, dense, flatten, unflatten } from '@unbraid/nn';
import { kerasStart } from './keras-defaults.ts';
import { stack } from './stack.ts';

/** A network in which every method is tried; all read 28 × 28 pixels and tell ten classes. */
export interface RivalNetwork {
  readonly title: string;
  /** With biases that start as weights do, for methods that permute or train them, or without. */
  readonly plain: (biases: boolean) => AnyModel;
  /** Without biases, with a residual block of shared weights that is applied three times, and batch normalization. */
  readonly folded: () => AnyModel;
  readonly foldedTitle: string;
  /** What weights are that are not 0, where all have one value. */
  readonly sharedValue: number;
}

/** Names of the networks. */
export const rivalNetworkNames = ['mlp', 'conv'] as const;

export type RivalNetworkName = (typeof rivalNetworkNames)[number];

const ITERATIONS = 3;

const relu = (): AnyModel => activation('relu');

const linear = (inputs: number, outputs: number, biases = false): AnyModel =>
  dense(inputs, outputs, biases ? kerasStart : { bias: false });

const convolution = (channels: number, filters: number, kernel: number, stride: number, biases = false): AnyModel =>
  conv2d({ ...kerasStart, ...(!biases && { bias: false }), channels, filters, kernel, stride, padding: 'same' });

const norm = (features: number): AnyModel => batchNorm({ features });

const block = (layer: AnyModel, features: number): AnyModel =>
  foldedBlock({ layers: [layer], features: [features], iterations: ITERATIONS }) as AnyModel;

export const rivalNetworks: Readonly<Record<RivalNetworkName, RivalNetwork>> = {
  mlp: {
    title: '784-256-128-10',
    plain: (biases) =>
      stack([linear(784, 256, biases), relu(), linear(256, 128, biases), relu(), linear(128, 10, biases)]),
    folded: () => stack([linear(784, 256), norm(256), relu(), block(linear(256, 256), 256), linear(256, 10)]),
    foldedTitle: '784-256, 256-256 three times, 256-10',
    sharedValue: 0.03,
  },
  conv: {
    title: '5×5×16 and 3×3×32 filters of stride 2, 1568-10',
    plain: (biases) =>
      stack([
        unflatten([1, 28, 28]),
        convolution(1, 16, 5, 2, biases),
        relu(),
        convolution(16, 32, 3, 2, biases),
        relu(),
        flatten(),
        linear(1568, 10, biases),
      ]),
    folded: () =>
      stack([
        unflatten([1, 28, 28]),
        convolution(1, 16, 5, 2),
        norm(16),
        relu(),
        convolution(16, 32, 3, 2),
        norm(32),
        relu(),
        block(convolution(32, 32, 3, 1), 32),
        flatten(),
        linear(1568, 10),
      ]),
    foldedTitle: 'the same with 3×3×32 filters three times before the last layer',
    sharedValue: 0.1,
  },
};
