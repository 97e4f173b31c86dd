import { checkSettings, count, finite } from '@unbraid/checks';
import {
  add,
  div,
  mul,
  reduceMean,
  reshape,
  ShapeError,
  sizeOf,
  sqrt,
  sub,
  type Tensor,
  type TensorsOf,
} from '@unbraid/graph';
import * as z from 'zod';
import { filled, zeros } from '../initializers/plain.ts';
import { inference, type Mode } from '../mode.ts';
import type { Model } from '../model.ts';
import { fixedParam, type ParamSpec, param } from '../param.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';

/** What `batchNorm` takes. */
export interface BatchNormOptions {
  /** Size of the axis that is normalized feature by feature. */
  readonly features: number;
  /** That axis. Default 1: columns of `[rows, features]`, channels of `[rows, features, height, width]`. */
  readonly axis?: number;
  /** Part that a batch has in the running mean and variance. Default 0.1. */
  readonly momentum?: number;
  /** Added to variances. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * γ and β of the paper, which are trained, and the running mean and variance, which inference uses; all `[features]`. A type
 * and not an interface, which would not pass for a tree.
 */
export type BatchNormParams = {
  readonly gamma: ParamSpec;
  readonly beta: ParamSpec;
  readonly mean: ParamSpec;
  readonly variance: ParamSpec;
};

/**
 * Batch normalization (Ioffe and Szegedy 2015, algorithms 1 and 2): γ · (x − mean) / √(variance + ε) + β for each feature. In
 * training mean and variance are those of the batch, and the running ones move towards them by `momentum`, the variance
 * towards the unbiased estimate; inference uses the running ones.
 * @throws {InputError} for settings that are unknown or out of range
 * @throws {ShapeError} from `apply`, for an input with another number of features, and for one value a feature in training
 */
export function batchNorm(options: BatchNormOptions): Model<BatchNormParams> {
  const settings = checkSettings('nn: batchNorm', schema, options);
  const shape = [settings.features];
  const layer: Model<BatchNormParams> = {
    name: `batchNorm ${settings.features}`,
    params: {
      gamma: param(shape, filled(1)),
      beta: param(shape, zeros),
      mean: fixedParam(shape, zeros),
      variance: fixedParam(shape, filled(1)),
    },
    apply(params, x, mode = inference) {
      checkInput(x, settings);
      return mode.training ? byBatch(params, x, settings, mode) : byRunning(params, x, settings);
    },
  };
  return described(layer, { layer: 'batchNorm', settings });
}

type Settings = Required<BatchNormOptions>;
type Params = TensorsOf<BatchNormParams>;

/** One product and one sum for each entry. */
function byRunning({ gamma, beta, mean, variance }: Params, x: Tensor, { axis, epsilon }: Settings): Tensor {
  const scale = div(gamma, sqrt(add(variance, epsilon)));
  const shift = sub(beta, mul(mean, scale));
  return add(mul(x, along(axis, scale, x)), along(axis, shift, x));
}

function byBatch(params: Params, x: Tensor, { features, axis, momentum, epsilon }: Settings, mode: Mode): Tensor {
  const count = sizeOf(x.shape) / features;
  if (count < 2)
    throw new ShapeError(
      `nn: batchNorm in training needs more than one value of each feature, the input is ${showShape(x.shape)}; ` +
        'take another batchSize, or dropLast',
    );
  const axes = x.shape.flatMap((_, at) => (at === axis ? [] : [at]));
  const mean = reduceMean(x, { axes, keepDims: true });
  // Not E[x²] − E[x]², which loses all digits where the mean is large.
  const centered = sub(x, mean);
  const variance = reduceMean(mul(centered, centered), { axes, keepDims: true });
  const follow = (running: Tensor, batch: Tensor): Tensor =>
    add(mul(running, 1 - momentum), mul(reshape(batch, [features]), momentum));
  mode.update(params.mean, follow(params.mean, mean));
  mode.update(params.variance, follow(params.variance, mul(variance, count / (count - 1))));
  const scale = div(along(axis, params.gamma, x), sqrt(add(variance, epsilon)));
  return add(mul(centered, scale), along(axis, params.beta, x));
}

/** One number a feature, shaped to repeat along all axes of `x` but that of features. */
const along = (axis: number, feature: Tensor, { shape }: Tensor): Tensor =>
  reshape(
    feature,
    shape.map((size, at) => (at === axis ? size : 1)),
  );

const schema = z.object({
  features: count(),
  axis: count().default(1),
  momentum: finite({ min: 0, max: 1 }).default(0.1),
  epsilon: finite({ above: 0 }).default(1e-5),
});

function checkInput({ shape }: Tensor, { features, axis }: Settings): void {
  if (shape[axis] !== features)
    throw new ShapeError(`nn: batchNorm takes ${features} features on axis ${axis}, the input is ${showShape(shape)}`);
}
