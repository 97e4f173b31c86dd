import { add, mul, reduceMean, sub, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel } from '@unbraid/nn';
import type { SquashedGaussian } from '../distributions/squashed-gaussian.ts';
import { lesser, type TwinCritics } from './critics.ts';

/** Rows of a replay buffer, as tensors. A type and not an interface, which would not pass for a record of tensors. */
export type SacBatch = {
  /** `[rows, inputs]` */
  readonly observations: Tensor;
  /** From −1 to 1: `[rows, actionSize]` */
  readonly actions: Tensor;
  /** `[rows]` */
  readonly rewards: Tensor;
  /** γⁿ, 0 where the episode has terminated: `[rows]` */
  readonly discounts: Tensor;
  /** `[rows, inputs]` */
  readonly nextObservations: Tensor;
};

/** A policy that draws actions, and who judges them. */
export interface SacNetworks {
  readonly actor: AnyModel;
  readonly critics: TwinCritics;
  readonly distribution: SquashedGaussian;
}

/**
 * What values are learnt from: r + γ (min Q⁻(s′, a′) − α log π(a′ | s′)), with a′ drawn from the policy (Haarnoja et al. 2018, "Algorithms and applications", equations 2 and 3):
 * `[rows]`.
 * @param noise standard normal: `[rows, actionSize]`
 * @param alpha α: `[]`
 */
export function sacTargets(
  { actor, critics, distribution }: SacNetworks,
  params: { readonly actor: unknown; readonly target: unknown },
  { rewards, discounts, nextObservations }: Omit<SacBatch, 'observations' | 'actions'>,
  noise: Tensor,
  alpha: Tensor,
): Tensor {
  const outputs = applyModel(actor, params.actor, nextObservations);
  const { actions, logProb } = distribution.reparameterized(outputs, noise);
  const values = lesser(critics.apply(params.target, nextObservations, actions));
  return add(rewards, mul(discounts, sub(values, mul(alpha, logProb))));
}

/** The loss of both critics: half of the mean squared error of each (equation 5). */
export function criticLoss(
  critics: TwinCritics,
  params: unknown,
  { observations, actions }: Pick<SacBatch, 'observations' | 'actions'>,
  targets: Tensor,
): Tensor {
  const [first, second] = critics.apply(params, observations, actions).map((values) => {
    const errors = sub(values, targets);
    return reduceMean(mul(errors, errors));
  }) as [Tensor, Tensor];
  return mul(add(first, second), 0.5);
}

/** The policy's loss: the mean of α log π(a | s) − min Q(s, a), with a drawn from it (equation 9); and the mean of log π, which α is learnt from. */
export function actorLoss(
  { actor, critics, distribution }: SacNetworks,
  params: { readonly actor: unknown; readonly critics: unknown },
  observations: Tensor,
  noise: Tensor,
  alpha: Tensor,
): { readonly loss: Tensor; readonly logProb: Tensor } {
  const { actions, logProb } = distribution.reparameterized(applyModel(actor, params.actor, observations), noise);
  const values = lesser(critics.apply(params.critics, observations, actions));
  return { loss: reduceMean(sub(mul(alpha, logProb), values)), logProb: reduceMean(logProb) };
}
