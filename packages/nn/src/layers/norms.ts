import { checkSettings, count, finite, InputError } from '@unbraid/checks';
import {
  add,
  div,
  mul,
  layerNorm as normalizeLayer,
  reduceMean,
  reshape,
  ShapeError,
  sizeOf,
  sqrt,
  sub,
} from '@unbraid/graph';
import * as z from 'zod';
import { filled, zeros } from '../initializers/plain.ts';
import type { Model } from '../model.ts';
import { type ParamSpec, param } from '../param.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';

/** What a normalized entry is multiplied by, and what is added to it. A type and not an interface, which would not pass for a tree. */
export type NormParams = {
  readonly gamma: ParamSpec;
  readonly beta: ParamSpec;
};

/** What `layerNorm` takes. */
export interface LayerNormOptions {
  /** Size of the last axis, along which entries are normalized. */
  readonly features: number;
  /** Added to variances. Default 1e-5. */
  readonly epsilon?: number;
}

const epsilon = () => finite({ above: 0 }).default(1e-5);
const layerSchema = z.object({ features: count(), epsilon: epsilon() });

const normParams = (features: number): NormParams => ({
  gamma: param([features], filled(1)),
  beta: param([features], zeros),
});

/**
 * Layer normalization (Ba, Kiros and Hinton 2016) of the last axis: γ · (x − mean) / √(variance + ε) + β, mean and variance being those of the entries
 * along it; `[rows, …, features]` to the same shape, in training as in inference.
 * @throws {InputError} for settings that are unknown or out of range
 * @throws {ShapeError} from `apply`, for an input with another number of features
 */
export function layerNorm(options: LayerNormOptions): Model<NormParams> {
  const settings = checkSettings('nn: layerNorm', layerSchema, options);
  const { features } = settings;
  const layer: Model<NormParams> = {
    name: `layerNorm ${features}`,
    params: normParams(features),
    apply({ gamma, beta }, x) {
      if (x.shape.at(-1) !== features)
        throw new ShapeError(`nn: layerNorm takes [rows, …, ${features}], the input is ${showShape(x.shape)}`);
      return normalizeLayer(x, gamma, beta, { epsilon: settings.epsilon });
    },
  };
  return described(layer, { layer: 'layerNorm', settings });
}

/** What `groupNorm` takes. */
export interface GroupNormOptions {
  /** Size of axis 1. */
  readonly channels: number;
  /** Into so many groups they fall, each of which is normalized: 1 normalizes all together, as many as channels each on its own. */
  readonly groups: number;
  /** Added to variances. Default 1e-5. */
  readonly epsilon?: number;
}

const groupSchema = z.object({ channels: count(), groups: count(), epsilon: epsilon() });

/**
 * Group normalization (Wu and He 2018, equations 1 to 3): γ · (x − mean) / √(variance + ε) + β by channel, mean and variance being those of a row's entries in
 * a group of channels; `[rows, channels, …]` to the same shape, in training as in inference.
 * @throws {InputError} for settings that are unknown or out of range, and groups that don't divide the channels
 * @throws {ShapeError} from `apply`, for an input with another number of channels
 */
export function groupNorm(options: GroupNormOptions): Model<NormParams> {
  const settings = checkSettings('nn: groupNorm', groupSchema, options);
  const { channels, groups } = settings;
  if (channels % groups !== 0)
    throw new InputError('setting', `nn: groupNorm's ${groups} groups don't divide its ${channels} channels`);
  const layer: Model<NormParams> = {
    name: `groupNorm ${channels} in ${groups}`,
    params: normParams(channels),
    apply({ gamma, beta }, x) {
      const [rows, found, ...rest] = x.shape;
      if (rows === undefined || found !== channels)
        throw new ShapeError(`nn: groupNorm takes [rows, ${channels}, …], the input is ${showShape(x.shape)}`);
      const grouped = reshape(x, [rows, groups, (channels / groups) * sizeOf(rest)]);
      const centered = sub(grouped, reduceMean(grouped, { axes: [2], keepDims: true }));
      const variance = reduceMean(mul(centered, centered), { axes: [2], keepDims: true });
      const normal = reshape(div(centered, sqrt(add(variance, settings.epsilon))), x.shape);
      const along = [channels, ...rest.map(() => 1)];
      return add(mul(normal, reshape(gamma, along)), reshape(beta, along));
    },
  };
  return described(layer, { layer: 'groupNorm', settings });
}
