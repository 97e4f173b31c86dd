import type { Runtime, Scope } from '@unbraid/graph';
import type { Stateful } from '../training/checkpointing.ts';
import { trainable } from '../training/trainable.ts';

/** α, what entropy is worth in rewards. */
export interface EntropyCoefficient extends Partial<Stateful> {
  /** α */
  value(): number;
  /** A step by the gradient of its loss. @param logProb the mean of log π over the rows of a batch */
  learn(logProb: number, learningRate: number): void;
}

/** One that stays. */
export const fixedCoefficient = (alpha: number): EntropyCoefficient => ({ value: () => alpha, learn() {} });

/**
 * One that is learnt so that the policy's entropy becomes `targetEntropy`: α = eˣ with the loss −x (log π + H̄), by x, as in the authors' code and Stable-Baselines3
 * (Haarnoja et al. 2018, "Algorithms and applications", section 5, has α in the place of x). It begins with 1.
 */
export function learntCoefficient(
  scope: Scope,
  runtime: Runtime,
  targetEntropy: number,
): EntropyCoefficient & Stateful {
  const exponent = trainable(scope, runtime, 'entropyCoefficient', new Float32Array(1));
  return {
    value: () => Math.exp(exponent.params.data[0]!),
    learn(logProb, learningRate) {
      exponent.grads.data[0] = -(logProb + targetEntropy);
      exponent.step(learningRate);
    },
    state: exponent.state,
    restore: exponent.restore,
  };
}
