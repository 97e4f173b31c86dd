import {
  type AnyModel,
  activation,
  conv2d,
  dense,
  globalAveragePool,
  heUniform,
  type Schedule,
  unflatten,
} from '@unbraid/nn';
import { kerasNorm } from './keras-defaults.ts';
import { beside, stack } from './stack.ts';

/** Filters of the three stages, whose images have 32, 16 and 8 pixels a side. */
const STAGES = [16, 32, 64] as const;

/**
 * The residual network for 32-pixel images of He et al. 2016, section 4.2, with 6n + 2 layers, as the authors' notebook has it: shortcuts
 * that change the shape are 1×1 convolutions without normalization, all convolutions have biases, which start at 0. n = 8 is their ResNet-50,
 * which has nothing but its depth in common with the network of that name for ImageNet.
 */
export const cifarResNet = (blocks: number): AnyModel =>
  stack({
    images: unflatten([3, 32, 32]),
    stem: stack([unit(3, STAGES[0]), activation('relu')]),
    stages: stack(STAGES.map((filters, i) => stage(STAGES[i - 1] ?? filters, filters, blocks, i === 0 ? 1 : 2))),
    // The last images have 8 × 8 pixels, which the authors' pool takes whole.
    pool: globalAveragePool(),
    output: dense(STAGES[2], 10, { init: heUniform }),
  });

const stage = (channels: number, filters: number, blocks: number, stride: number): AnyModel =>
  stack([block(channels, filters, stride), ...Array.from({ length: blocks - 1 }, () => block(filters, filters, 1))]);

function block(channels: number, filters: number, stride: number): AnyModel {
  const branch: AnyModel = stack([unit(channels, filters, stride), activation('relu'), unit(filters, filters)]);
  const shortcut: AnyModel = conv2d({ channels, filters, kernel: 1, stride, padding: 'same', init: heUniform });
  const sum: AnyModel = stride === 1 ? beside(branch) : beside(branch, shortcut);
  return stack([sum, activation('relu')]);
}

const unit = (channels: number, filters: number, stride = 1): AnyModel =>
  stack([conv2d({ channels, filters, kernel: 3, stride, padding: 'same', init: heUniform }), kerasNorm(filters)]);

/** Epochs behind which the rate falls, and what of the first rate is left then. */
const FALLS = [
  [180, 0.5e-3],
  [160, 1e-3],
  [120, 1e-2],
  [80, 1e-1],
] as const;

/** The notebook's learning rates over 200 epochs: a tenth of the first from epoch 81 (counted from 0) on, a hundredth from 121 on, and so on. */
export const resNetRate =
  (first: number): Schedule =>
  (epoch) =>
    first * (FALLS.find(([last]) => Math.floor(epoch) > last)?.[1] ?? 1);
