import type { AugmentationOptions } from '@unbraid/data';
import type { Skip } from '@unbraid/laperm';
import {
  type AnyModel,
  activation,
  conv2d,
  dense,
  dropout,
  flatten,
  type Schedule,
  sequential,
  stepDecay,
  unflatten,
} from '@unbraid/nn';
import { cifarResNet, resNetRate } from './cifar-resnet.ts';
import type { ImageSetName } from './image-sets.ts';
import { kerasStart as start } from './keras-defaults.ts';
import { conv13, convNetwork } from './vgg-networks.ts';

/** A network, and how the paper trains it; the multilayer perceptron is ours. */
export interface DenseNetwork {
  readonly model: AnyModel;
  readonly images: ImageSetName;
  /** Whether images are less the mean training image. Default false. */
  readonly centred?: boolean;
  readonly epochs: number;
  readonly batchSize: number;
  /** Steps between synchronizations that are tried. */
  readonly periods: readonly number[];
  readonly rate: (first: number) => Schedule;
  /** Learning rates of Adam alone that are tried: as many as periods of LaPerm. */
  readonly adamRates: readonly number[];
  /** Times the sum of squared weights of all layers but the last, added to the loss. */
  readonly l2: number;
  /** What LaPerm leaves to Adam; by default nothing that can be permuted. */
  readonly skip?: Skip;
  readonly augmentation?: AugmentationOptions;
}

export const denseNames = ['mlp', 'conv7', 'conv2', 'conv4', 'conv13', 'resnet50'] as const;

export type DenseName = (typeof denseNames)[number];

/**
 * The networks by name, made when they are asked for (Qiu and Suda 2020, sections 5.1 and 5.2, and the authors' notebooks). Theirs
 * validate on the test images, ours on training images held out; theirs leave the brightnesses of CIFAR-10 from 0 to 255 but for
 * ResNet-50, whose images are from 0 to 1 less their mean; all are from 0 to 1 here, its own less the mean as well.
 */
export const denseNetworks: Readonly<Record<DenseName, () => DenseNetwork>> = {
  mlp: () => ({
    model: sequential([linear(784, 256), relu(), linear(256, 128), relu(), linear(128, 10)]),
    images: 'MNIST',
    epochs: 20,
    batchSize: 128,
    periods: [20, 100, 500],
    adamRates: [5e-4, 1e-3, 2e-3],
    rate: (first) => stepDecay(first, 0.9, 1),
    l2: 0,
  }),
  conv7: () => ({
    model: conv7(),
    images: 'MNIST',
    epochs: 45,
    batchSize: 50,
    periods: [20],
    adamRates: [1e-3],
    rate: (first) => stepDecay(first, 0.95, 1),
    l2: 0,
    augmentation: { channels: 1, height: 28, width: 28, rotation: 10, zoom: 0.1, shift: 0.1 },
  }),
  conv2: () => photographs(convNetwork([64])),
  conv4: () => photographs(convNetwork([64, 128])),
  conv13: () => photographs(conv13()),
  resnet50: () => ({
    ...photographs(cifarResNet(8)),
    centred: true,
    epochs: 200,
    // The authors' table; their notebook has 800, the period of their pruned networks.
    periods: [400],
    rate: resNetRate,
    augmentation: { channels: 3, height: 32, width: 32, shift: 0.1, flip: true },
  }),
};

const photographs = (model: AnyModel): DenseNetwork => ({
  model,
  images: 'CIFAR-10',
  epochs: 125,
  batchSize: 50,
  periods: [1000],
  adamRates: [1e-3],
  rate: (first) => stepDecay(first, 0.6, 10),
  l2: 1e-4,
  // The authors' loop does so by default; for Conv7 they permute biases, too.
  skip: (path) => path.endsWith('bias'),
  augmentation: { channels: 3, height: 32, width: 32, rotation: 15, shift: 0.1, flip: true },
});

const relu = () => activation('relu');

const linear = (inputs: number, outputs: number) => dense(inputs, outputs, start);

function conv7(): AnyModel {
  const convolution = (channels: number, filters: number, kernel: number, stride = 1) => [
    conv2d({ ...start, channels, filters, kernel, stride, padding: stride === 1 ? 'valid' : 'same' }),
    relu(),
  ];
  return sequential([
    unflatten([1, 28, 28]),
    ...convolution(1, 32, 3),
    ...convolution(32, 32, 3),
    ...convolution(32, 32, 5, 2),
    dropout(0.4),
    ...convolution(32, 64, 3),
    ...convolution(64, 64, 3),
    ...convolution(64, 64, 5, 2),
    dropout(0.4),
    ...convolution(64, 128, 4),
    flatten(),
    dropout(0.4),
    linear(128, 10),
  ]);
}
