import {
  abs,
  add,
  argMax,
  cast,
  greater,
  less,
  mul,
  pick,
  reduceMax,
  reduceMean,
  reshape,
  sub,
  type Tensor,
  where,
} from '@unbraid/graph';
import { type AnyModel, applyModel } from '@unbraid/nn';

/** Rows of a replay buffer, as tensors. A type and not an interface, which would not pass for a record of tensors. */
export type DqnBatch = {
  /** `[rows, inputs]` */
  readonly observations: Tensor;
  /** Numbers of choices: `[rows, 1]` */
  readonly actions: Tensor;
  /** `[rows]` */
  readonly rewards: Tensor;
  /** γⁿ, 0 where the episode has terminated: `[rows]` */
  readonly discounts: Tensor;
  /** `[rows, inputs]` */
  readonly nextObservations: Tensor;
  /** `[rows, choices]`, where choices are masked. */
  readonly nextMasks?: Tensor | undefined;
};

/** Less than any value of an action that there is, and finite. */
const FORBIDDEN = -1e8;

/**
 * What values are learnt from: r + γ max Q⁻(s′, a) (Mnih et al. 2015), or r + γ Q⁻(s′, argmax Q(s′, a)), so that whoever chooses isn't who judges (van Hasselt et al. 2016, Double
 * DQN): `[rows]`.
 * @param params of the network that learns
 * @param targetParams θ⁻
 */
export function dqnTargets(
  model: AnyModel,
  params: unknown,
  targetParams: unknown,
  { rewards, discounts, nextObservations, nextMasks }: DqnBatch,
  double: boolean,
): Tensor {
  const allowed = (values: Tensor) => (nextMasks ? where(greater(nextMasks, 0), values, FORBIDDEN) : values);
  const judged = applyModel(model, targetParams, nextObservations);
  const best = double
    ? pick(judged, argMax(allowed(applyModel(model, params, nextObservations)), 1))
    : reduceMax(allowed(judged), { axes: [1] });
  return add(rewards, mul(discounts, best));
}

/** The mean of ½ x² where |x| < 1, |x| − ½ elsewhere (Huber 1964): errors are cut, as Mnih et al. do. */
export function huber(errors: Tensor): Tensor {
  const sizes = abs(errors);
  return reduceMean(where(less(sizes, 1), mul(mul(errors, errors), 0.5), sub(sizes, 0.5)));
}

/** The loss of action values: Huber's, of Q(s, a) less targets that no gradient goes through. */
export function dqnLoss(model: AnyModel, params: unknown, batch: DqnBatch, targets: Tensor): Tensor {
  const rows = batch.rewards.shape;
  const values = applyModel(model, params, batch.observations);
  return huber(sub(pick(values, cast(reshape(batch.actions, rows), 'int32')), targets));
}
