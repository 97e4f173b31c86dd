import { checkSettings, flag } from '@unbraid/checks';
import { type Pair, averagePool2d as poolAverage, maxPool2d as poolMax, type Tensor } from '@unbraid/graph';
import * as z from 'zod';
import type { Model } from '../model.ts';
import { described, type LayerDescription } from '../saved/description.ts';
import {
  imageSize,
  type Padding,
  paddingSetting,
  padsOf,
  pairOf,
  pairSetting,
  showPair,
  type Window,
} from './image.ts';

/** Windows of a pooling layer. */
export interface PoolLayerOptions {
  /** Height and width of a window. */
  readonly kernel: Pair;
  /** Distance from one window to the next. Default: the kernel, so that windows don't overlap. */
  readonly stride?: Pair;
  /** Default `valid`. */
  readonly padding?: Padding;
}

/** What `maxPool2d` takes. */
export interface MaxPoolLayerOptions extends PoolLayerOptions {
  /** Distance from one tap of a window to the next. Default 1. */
  readonly dilation?: Pair;
}

/** What `averagePool2d` takes. */
export interface AveragePoolLayerOptions extends PoolLayerOptions {
  /** Whether padding counts as zeros; otherwise a mean is over what a window sees of the image. Default false. */
  readonly countPads?: boolean;
}

const schema = z.object({
  kernel: pairSetting(),
  stride: pairSetting().optional(),
  padding: paddingSetting().default('valid'),
});
const maxSchema = schema.extend({ dilation: pairSetting().default(1) });
const averageSchema = schema.extend({ countPads: flag().default(false) });

type Pool = Model<Readonly<Record<string, never>>>;

/**
 * The largest entry of each window: `[rows, channels, height, width]` to `[rows, channels, height', width']`.
 * @throws {InputError} for settings that are unknown or out of range
 * @throws {ShapeError} from `apply`, for an input that is no batch of images, or smaller than a window
 */
export function maxPool2d(options: MaxPoolLayerOptions): Pool {
  const { dilation, ...window } = checkSettings('nn: maxPool2d', maxSchema, options);
  return pool(
    { layer: 'maxPool2d', settings: { ...options } },
    window,
    dilation,
    (x, { kernel, strides, dilations, pads }) => poolMax(x, { kernel, strides, dilations, pads }),
  );
}

/**
 * The mean of each window, from and to the shapes of `maxPool2d`.
 * @throws {InputError} for settings that are unknown or out of range
 * @throws {ShapeError} from `apply`, for an input that is no batch of images, or smaller than a window
 */
export function averagePool2d(options: AveragePoolLayerOptions): Pool {
  const { countPads, ...window } = checkSettings('nn: averagePool2d', averageSchema, options);
  return pool({ layer: 'averagePool2d', settings: { ...options } }, window, 1, (x, { kernel, strides, pads }) =>
    poolAverage(x, { kernel, strides, pads, countPads }),
  );
}

type PaddedWindow = Window & { readonly pads: ReturnType<typeof padsOf> };

function pool(
  description: LayerDescription,
  { kernel, stride = kernel, padding }: z.output<typeof schema>,
  dilation: number | readonly [number, number],
  f: (x: Tensor, window: PaddedWindow) => Tensor,
): Pool {
  const { layer } = description;
  const window = { kernel: pairOf(kernel), strides: pairOf(stride), dilations: pairOf(dilation) };
  const made: Pool = {
    name: `${layer} ${showPair(window.kernel)}`,
    params: {},
    apply: (_, x) => f(x, { ...window, pads: padsOf(padding, imageSize(layer, x), window) }),
  };
  return described(made, description);
}
