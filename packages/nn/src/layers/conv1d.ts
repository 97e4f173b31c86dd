import { checkSettings, count } from '@unbraid/checks';
import { conv2d as convolution, mul, reshape, ShapeError, type Tensor } from '@unbraid/graph';
import * as z from 'zod';
import { biasSetting, initializerSetting } from '../initializers/check-initializer.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { zeros } from '../initializers/plain.ts';
import { heNormal } from '../initializers/variance-scaling.ts';
import type { Model } from '../model.ts';
import { param } from '../param.ts';
import { showShape } from '../show-shape.ts';
import { checkGroups, type FilterParams, withBias } from './filters.ts';
import { type Padding, paddingSetting, padsOf } from './image.ts';

/** What `conv1d` takes. */
export interface Conv1dOptions {
  /** Channels of the input. */
  readonly channels: number;
  /** Channels of the output. */
  readonly filters: number;
  /** Positions that a filter reaches over. */
  readonly kernel: number;
  /** Distance from one window to the next. Default 1. */
  readonly stride?: number;
  /** Default `valid`. */
  readonly padding?: Padding;
  /** Distance from one tap of a window to the next. Default 1. */
  readonly dilation?: number;
  /** Channels and filters fall into so many groups, which have nothing to do with each other. Default 1. */
  readonly groups?: number;
  /** How filters start. Default `heNormal`. */
  readonly init?: Initializer;
  /** How the bias starts, with the fans of filters, or `false` for none. Default zeros. */
  readonly bias?: Initializer | false;
}

const schema = z.object({
  channels: count(),
  filters: count(),
  kernel: count(),
  stride: count().default(1),
  padding: paddingSetting().default('valid'),
  dilation: count().default(1),
  groups: count().default(1),
  init: initializerSetting().default(heNormal),
  bias: biasSetting().default(zeros),
});

/**
 * Convolution along one axis: `[rows, channels, length]` to `[rows, filters, length']`. Its `weight` is `[filters, channels / groups, kernel]`.
 * @throws {InputError} for settings that are unknown or out of range, and channels or filters that groups don't divide
 * @throws {ShapeError} from `apply`, for an input of another shape, or shorter than a filter
 */
export function conv1d(options: Conv1dOptions & { readonly bias: false }): Model<Pick<FilterParams, 'weight'>>;
export function conv1d(options: Conv1dOptions): Model<FilterParams>;
export function conv1d(options: Conv1dOptions): Model<FilterParams> | Model<Pick<FilterParams, 'weight'>> {
  const checked = checkSettings('nn: conv1d', schema, options);
  const { channels, filters, kernel, groups, init, bias } = checked;
  checkGroups('conv1d', checked);
  const fans = { fanIn: (channels / groups) * kernel, fanOut: (filters / groups) * kernel };
  const weight = param([filters, channels / groups, kernel], init, { ...fans, neuronAxis: 0 });
  const convolve = (x: Tensor, w: Tensor): Tensor => convolved(x, w, checked, init.factor?.(weight.fans) ?? 1);
  const name = `conv1d ${kernel}, ${channels} → ${filters}`;
  const description = { layer: 'conv1d', settings: { ...options, init, bias } };
  return withBias({ name, weight, bias, filters, spatial: 1, convolve }, description);
}

/** As an image of one row. */
function convolved(x: Tensor, w: Tensor, settings: z.output<typeof schema>, factor: number): Tensor {
  const { channels, filters, kernel, stride, padding, dilation, groups } = settings;
  const [rows, found, length] = x.shape;
  if (x.shape.length !== 3 || found !== channels)
    throw new ShapeError(`nn: conv1d takes [rows, ${channels}, length], the input is ${showShape(x.shape)}`);
  const window = { kernel: [1, kernel], strides: [1, stride], dilations: [1, dilation] } as const;
  const [top, left, bottom, right] = sides(padsOf(padding, [1, length!], window));
  const image = reshape(factor === 1 ? x : mul(x, factor), [rows!, channels, 1, length!]);
  const result = convolution(image, reshape(w, [filters, channels / groups, 1, kernel]), {
    strides: window.strides,
    dilations: window.dilations,
    // A number pads all four sides; there is nothing above and below.
    pads: typeof padding === 'number' ? [0, left, 0, right] : [top, left, bottom, right],
    groups,
  });
  return reshape(result, [rows!, filters, result.shape[3]!]);
}

const sides = (pads: ReturnType<typeof padsOf>): readonly [number, number, number, number] =>
  typeof pads === 'number' ? [pads, pads, pads, pads] : (pads as readonly [number, number, number, number]);
