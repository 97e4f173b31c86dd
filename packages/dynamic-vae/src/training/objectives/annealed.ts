import { abs, mul, reduceSum, sub } from '@unbraid/graph';
import type { Regularizer } from '../training-step.ts';

/**
 * Annealed VAE (Burgess et al. 2018, "Understanding disentangling in β-VAE", arXiv 1804.03599, equation 8): γ · |KL − C|, with a capacity C that rises in a straight
 * line and then stays.
 */
export interface AnnealedObjective {
  readonly name: 'annealed';
  /** γ, by default 1000. */
  readonly gamma?: number;
  /** What C rises to from 0, in nats; by default 25, theirs on dSprites. */
  readonly capacity?: number;
  /** Steps that it takes, by default 100,000. */
  readonly over?: number;
}

/** C(t): `capacity` · t / `over`, and then `capacity`. @param iteration counted from 0 */
export const capacityAt =
  ({ capacity = 25, over = 100_000 }: AnnealedObjective) =>
  (iteration: number): number =>
    capacity * Math.min(1, iteration / over);

/** γ */
export const annealedWeight = ({ gamma = 1000 }: AnnealedObjective): number => gamma;

/** γ · |KL − C|, the KL divergence that of the batch, averaged over its rows. */
export const annealedRegularizer =
  (objective: AnnealedObjective): Regularizer =>
  ({ kl, setPoint }) =>
    mul(abs(sub(reduceSum(kl), setPoint)), annealedWeight(objective));
