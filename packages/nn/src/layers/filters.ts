import { checkSettings, count, InputError } from '@unbraid/checks';
import { add, mul, type Pair, reshape, type Shape, type Tensor } from '@unbraid/graph';
import * as z from 'zod';
import { biasSetting, initializerSetting } from '../initializers/check-initializer.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { zeros } from '../initializers/plain.ts';
import { heNormal } from '../initializers/variance-scaling.ts';
import type { Model } from '../model.ts';
import { type ParamOptions, type ParamSpec, param } from '../param.ts';
import { described, type LayerDescription } from '../saved/description.ts';
import { imageSize, type Padding, paddingSetting, pairOf, pairSetting, showPair, type Window } from './image.ts';

/** What `conv2d` takes. */
export interface FilterOptions {
  /** Channels of the input. */
  readonly channels: number;
  /** Channels of the output. */
  readonly filters: number;
  /** Height and width of a filter. */
  readonly kernel: Pair;
  /** Distance from one window to the next. Default 1. */
  readonly stride?: Pair;
  /** Default `valid`. */
  readonly padding?: Padding;
  /** Distance from one tap of a window to the next. Default 1. */
  readonly dilation?: Pair;
  /** Channels and filters fall into so many groups, which have nothing to do with each other. Default 1. */
  readonly groups?: number;
  /** How filters start. Default `heNormal`. */
  readonly init?: Initializer;
  /** How the bias starts, with the fans of filters, or `false` for none. Default zeros. */
  readonly bias?: Initializer | false;
}

/** Filters, and `bias` `[filters]`. A type and not an interface, which would not pass for a tree. */
export type FilterParams = {
  readonly weight: ParamSpec;
  readonly bias: ParamSpec;
};

/** A layer of filters with or without a bias. */
export type FilterLayer = Model<FilterParams> | Model<Pick<FilterParams, 'weight'>>;

/** What `conv2d` and `convTranspose2d` do differently. */
export interface FilterKind {
  readonly name: string;
  /** Shape of the weight for filters of `kernel` taps. */
  readonly shape: (kernel: readonly [number, number]) => Shape;
  /** Which axis of it counts the filters. */
  readonly neuronAxis: number;
  /** Settings that it has beside those of all such layers. */
  readonly more?: z.ZodRawShape;
  /** The output without bias, of images of `size`. */
  readonly convolve: (x: Tensor, weight: Tensor, size: readonly [number, number], window: Window) => Tensor;
}

/**
 * A layer whose outputs are windows of images times filters.
 * @throws {InputError} for settings that are unknown or out of range, and channels or filters that groups don't divide
 */
export function filterLayer(kind: FilterKind, options: FilterOptions): FilterLayer {
  const { window, ...checked } = checkOptions(kind, options);
  const { channels, filters, groups, init, bias } = checked;
  const description = { layer: kind.name, settings: { ...options, init, bias } };
  const taps = window.kernel[0] * window.kernel[1];
  const weightOptions: ParamOptions = {
    fanIn: (channels / groups) * taps,
    fanOut: (filters / groups) * taps,
    neuronAxis: kind.neuronAxis,
  };
  const weight = param(kind.shape(window.kernel), init, weightOptions);
  const factor = init.factor?.(weight.fans) ?? 1;
  const name = `${kind.name} ${showPair(window.kernel)}, ${channels} → ${filters}`;
  const convolve = (x: Tensor, w: Tensor): Tensor => {
    const size = imageSize(name, x, channels);
    return kind.convolve(factor === 1 ? x : mul(x, factor), w, size, window);
  };
  return withBias({ name, weight, bias, filters, spatial: 2, convolve }, description);
}

/** Filters, and how they are applied. */
interface FilterParts {
  readonly name: string;
  readonly weight: ParamSpec;
  readonly bias: Initializer | false;
  readonly filters: number;
  /** Axes behind that of channels. */
  readonly spatial: number;
  readonly convolve: (x: Tensor, weight: Tensor) => Tensor;
}

/** The layer of filters, with a bias for each or without. */
export function withBias(
  { name, weight, bias, filters, spatial, convolve }: FilterParts,
  description: LayerDescription,
): FilterLayer {
  if (bias === false) {
    const linear: Model<Pick<FilterParams, 'weight'>> = {
      name,
      params: { weight },
      apply: (p, x) => convolve(x, p.weight),
    };
    return described(linear, description);
  }
  const shape = [filters, ...new Array<number>(spatial).fill(1)];
  const affine: Model<FilterParams> = {
    name,
    params: { weight, bias: param([filters], bias, weight.fans) },
    apply: (p, x) => add(convolve(x, p.weight), reshape(p.bias, shape)),
  };
  return described(affine, description);
}

/** @throws {InputError} where groups don't divide channels and filters */
export function checkGroups(
  name: string,
  { channels, filters, groups }: { readonly channels: number; readonly filters: number; readonly groups: number },
): void {
  for (const [what, size] of Object.entries({ channels, filters })) {
    if (size % groups !== 0)
      throw new InputError('setting', `nn: ${name}'s ${groups} groups don't divide its ${size} ${what}`);
  }
}

const schema = z.object({
  channels: count(),
  filters: count(),
  kernel: pairSetting(),
  stride: pairSetting().default(1),
  padding: paddingSetting().default('valid'),
  dilation: pairSetting().default(1),
  groups: count().default(1),
  init: initializerSetting().default(heNormal),
  bias: biasSetting().default(zeros),
});

/** Settings that only some such layers have are checked with the others, and read by these layers themselves. */
function checkOptions({ name, more = {} }: FilterKind, options: FilterOptions) {
  const { kernel, stride, dilation, ...checked } = checkSettings(
    `nn: ${name}`,
    schema.extend(more) as unknown as typeof schema,
    options,
  );
  checkGroups(name, checked);
  const window: Window = { kernel: pairOf(kernel), strides: pairOf(stride), dilations: pairOf(dilation) };
  return { ...checked, window };
}
