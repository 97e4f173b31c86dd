import { type Pair, averagePool2d as poolAverage, maxPool2d as poolMax, type Tensor } from '@unbraid/graph';
import type { Model } from '../model.ts';
import { checkPadding, imageSize, type Padding, padsOf, pairOf, showPair, type Window } from './image.ts';

export interface PoolLayerOptions {
  /** Height and width of a window. */
  readonly kernel: Pair;
  /** Distance from one window to the next. Default: the kernel, so that windows don't overlap. */
  readonly stride?: Pair;
  /** Default `valid`. */
  readonly padding?: Padding;
}

export interface MaxPoolLayerOptions extends PoolLayerOptions {
  /** Distance from one tap of a window to the next. Default 1. */
  readonly dilation?: Pair;
}

export interface AveragePoolLayerOptions extends PoolLayerOptions {
  /** Whether padding counts as zeros; otherwise a mean is over what a window sees of the image. Default false. */
  readonly countPads?: boolean;
}

type Pool = Model<Readonly<Record<string, never>>>;

/**
 * The largest entry of each window: `[rows, channels, height, width]` to `[rows, channels, height', width']`.
 * @throws {RangeError} for sizes that are no integers of at least 1
 * @throws {ShapeError} from `apply`, for an input that is no batch of images, or smaller than a window
 */
export function maxPool2d(options: MaxPoolLayerOptions): Pool {
  const { dilation = 1 } = options;
  return pool('maxPool2d', options, dilation, (x, { kernel, strides, dilations, pads }) =>
    poolMax(x, { kernel, strides, dilations, pads }),
  );
}

/**
 * The mean of each window, from and to the shapes of `maxPool2d`.
 * @throws {RangeError} for sizes that are no integers of at least 1
 * @throws {ShapeError} from `apply`, for an input that is no batch of images, or smaller than a window
 */
export function averagePool2d(options: AveragePoolLayerOptions): Pool {
  const { countPads = false } = options;
  return pool('averagePool2d', options, 1, (x, { kernel, strides, pads }) =>
    poolAverage(x, { kernel, strides, pads, countPads }),
  );
}

type PaddedWindow = Window & { readonly pads: ReturnType<typeof padsOf> };

function pool(
  layer: string,
  { kernel, stride = kernel, padding = 'valid' }: PoolLayerOptions,
  dilation: Pair,
  f: (x: Tensor, window: PaddedWindow) => Tensor,
): Pool {
  checkPadding(`${layer}'s padding`, padding);
  const window = {
    kernel: pairOf(`${layer}'s kernel`, kernel),
    strides: pairOf(`${layer}'s stride`, stride),
    dilations: pairOf(`${layer}'s dilation`, dilation),
  };
  return {
    name: `${layer} ${showPair(window.kernel)}`,
    params: {},
    apply: (_, x) => f(x, { ...window, pads: padsOf(padding, imageSize(layer, x), window) }),
  };
}
