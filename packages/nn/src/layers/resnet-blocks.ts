import { checkSettings, count } from '@unbraid/checks';
import * as z from 'zod';
import type { AnyModel } from '../model.ts';
import { activation } from './activation.ts';
import { batchNorm } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import { residual } from './residual.ts';
import { sequential } from './sequential.ts';

/** What `basicBlock` takes. */
export interface BasicBlockOptions {
  /** Channels of the input. */
  readonly channels: number;
  /** Channels of the output. Default: those of the input. */
  readonly filters?: number;
  /** Of its first convolution. Default 1. */
  readonly stride?: number;
}

/** What `bottleneck` takes. */
export interface BottleneckOptions {
  /** Channels of the input. */
  readonly channels: number;
  /** Channels of the 3×3 convolution. The output has four times as many. */
  readonly width: number;
  /** Of the 3×3 convolution. Default 1. */
  readonly stride?: number;
}

const basicSchema = z.object({ channels: count(), filters: count().optional(), stride: count().default(1) });
const bottleneckSchema = z.object({ channels: count(), width: count(), stride: count().default(1) });

/** How many times as many channels leave a bottleneck. */
const EXPANSION = 4;

/**
 * Two 3×3 convolutions with batch normalization beside a shortcut, as in ResNet-18 and -34 (He et al. 2016, section 3.3 and figure 5): `[rows, channels, height,
 * width]` to `[rows, filters, height / stride, width / stride]`. The shortcut is a 1×1 convolution where shapes change.
 * @throws {InputError} for settings that are unknown or out of range
 */
export function basicBlock(options: BasicBlockOptions): AnyModel {
  const { channels, filters = channels, stride } = checkSettings('nn: basicBlock', basicSchema, options);
  const branch = sequential({
    conv1: conv2d({ channels, filters, kernel: 3, stride, padding: 1, bias: false }),
    norm1: batchNorm({ features: filters }),
    relu: activation('relu'),
    conv2: conv2d({ channels: filters, filters, kernel: 3, padding: 1, bias: false }),
    norm2: batchNorm({ features: filters }),
  });
  return besideShortcut(branch, { channels, filters, stride });
}

/**
 * A 1×1, a 3×3 and a 1×1 convolution with batch normalization beside a shortcut, as in ResNet-50 (He et al. 2016, figure 5; the stride is on the 3×3
 * convolution, as in the version called 1.5): `[rows, channels, height, width]` to `[rows, 4 · width, height / stride, width / stride]`.
 * @throws {InputError} for settings that are unknown or out of range
 */
export function bottleneck(options: BottleneckOptions): AnyModel {
  const { channels, width, stride } = checkSettings('nn: bottleneck', bottleneckSchema, options);
  const filters = EXPANSION * width;
  const branch = sequential({
    conv1: conv2d({ channels, filters: width, kernel: 1, bias: false }),
    norm1: batchNorm({ features: width }),
    relu1: activation('relu'),
    conv2: conv2d({ channels: width, filters: width, kernel: 3, stride, padding: 1, bias: false }),
    norm2: batchNorm({ features: width }),
    relu2: activation('relu'),
    conv3: conv2d({ channels: width, filters, kernel: 1, bias: false }),
    norm3: batchNorm({ features: filters }),
  });
  return besideShortcut(branch, { channels, filters, stride });
}

interface Change {
  readonly channels: number;
  readonly filters: number;
  readonly stride: number;
}

function besideShortcut(branch: AnyModel, { channels, filters, stride }: Change): AnyModel {
  const same = channels === filters && stride === 1;
  const shortcut = sequential({
    conv: conv2d({ channels, filters, kernel: 1, stride, bias: false }),
    norm: batchNorm({ features: filters }),
  });
  return sequential({
    sum: same ? residual(branch) : residual(branch, shortcut as AnyModel),
    relu: activation('relu'),
  });
}
