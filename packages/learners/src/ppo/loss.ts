import { add, exp, maximum, minimum, mul, reduceMean, reshape, sub, type Tensor } from '@unbraid/graph';
import type { Distribution } from '../distributions/distribution.ts';
import type { ActorCritic } from '../networks/actor-critic.ts';

/** One minibatch, as tensors. A type and not an interface, which would not pass for a record of tensors. */
export type PpoBatch = {
  /** `[rows, inputs]` */
  readonly observations: Tensor;
  /** `[rows, actionSize]` */
  readonly actions: Tensor;
  /** Of the policy that acted: `[rows]` */
  readonly oldLogProbs: Tensor;
  /** `[rows]` */
  readonly advantages: Tensor;
  /** What values are learnt from: `[rows]` */
  readonly returns: Tensor;
  /** ε: `[]` */
  readonly clipRange: Tensor;
  /** `[rows, outputs]`, where choices are masked. */
  readonly masks?: Tensor | undefined;
};

/** Weights of the loss's terms. */
export interface PpoWeights {
  /** c₁ */
  readonly valueCoefficient: number;
  /** c₂ */
  readonly entropyCoefficient: number;
}

/** The loss, and what it is computed from, a number for each row. */
export type PpoTerms = {
  readonly loss: Tensor;
  readonly logProbs: Tensor;
  readonly values: Tensor;
  readonly entropies: Tensor;
};

/**
 * What is minimized: −L^CLIP + c₁ L^VF − c₂ S (Schulman et al. 2017, equations 7 and 9), means over the rows; L^VF is the mean squared error of values.
 * @param params of the actor and its critic
 */
export function ppoLoss(
  { apply }: ActorCritic,
  params: unknown,
  distribution: Distribution,
  batch: PpoBatch,
  { valueCoefficient, entropyCoefficient }: PpoWeights,
): PpoTerms {
  const { observations, actions, oldLogProbs, advantages, clipRange, returns, masks } = batch;
  const { outputs, values: column } = apply(params, observations);
  const values = reshape(column, returns.shape);
  const logProbs = distribution.logProb(outputs, actions, masks);
  const entropies = distribution.entropy(outputs, masks);
  const ratio = exp(sub(logProbs, oldLogProbs));
  const clipped = minimum(maximum(ratio, sub(1, clipRange)), add(1, clipRange));
  const surrogate = reduceMean(minimum(mul(advantages, ratio), mul(advantages, clipped)));
  const error = sub(returns, values);
  const loss = sub(mul(reduceMean(mul(error, error)), valueCoefficient), surrogate);
  const bonus = mul(reduceMean(entropies), entropyCoefficient);
  return { loss: entropyCoefficient === 0 ? loss : sub(loss, bonus), logProbs, values, entropies };
}
