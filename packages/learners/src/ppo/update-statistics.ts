import type { UpdateStep } from './update-step.ts';

/** Means over the minibatches of an update. */
export interface UpdateStatistics {
  /** −L^CLIP */
  readonly policyLoss: number;
  /** Mean squared error of values. */
  readonly valueLoss: number;
  /** Mean entropy of the policy, in nats. */
  readonly entropy: number;
  /** Of the policy that acted and the policy then: the mean of (r − 1) − log r, r the ratio of probabilities (Schulman, "Approximating KL divergence", 2020). */
  readonly approximateKl: number;
  /** Share of the actions whose ratio was beyond the clip range. */
  readonly clipFraction: number;
  /** Epochs that were done whole; fewer than asked for where `targetKl` ended it. */
  readonly epochs: number;
}

/** Adds up statistics of minibatches. */
export interface UpdateTally {
  /** Takes the minibatch that was run in. Returns its approximate KL divergence. */
  add(step: UpdateStep, clipRange: number): number;
  statistics(epochs: number): UpdateStatistics;
}

export function updateTally(): UpdateTally {
  const sums = { policyLoss: 0, valueLoss: 0, entropy: 0, approximateKl: 0, clipFraction: 0 };
  let count = 0;
  return {
    add({ inputs, outputs }, clipRange) {
      const [before, advantages, returns] = [
        inputs.oldLogProbs.float32,
        inputs.advantages.float32,
        inputs.returns.float32,
      ] as const;
      const [logProbs, values, entropies] = [
        outputs.logProbs.float32,
        outputs.values.float32,
        outputs.entropies.float32,
      ] as const;
      const rows = before.length;
      let [surrogate, squares, entropy, kl, clipped] = [0, 0, 0, 0, 0];
      for (let i = 0; i < rows; i++) {
        const logRatio = logProbs[i]! - before[i]!;
        const ratio = Math.exp(logRatio);
        const within = Math.min(Math.max(ratio, 1 - clipRange), 1 + clipRange);
        surrogate += Math.min(advantages[i]! * ratio, advantages[i]! * within);
        squares += (returns[i]! - values[i]!) ** 2;
        entropy += entropies[i]!;
        kl += ratio - 1 - logRatio;
        clipped += Number(Math.abs(ratio - 1) > clipRange);
      }
      count++;
      sums.policyLoss -= surrogate / rows;
      sums.valueLoss += squares / rows;
      sums.entropy += entropy / rows;
      sums.approximateKl += kl / rows;
      sums.clipFraction += clipped / rows;
      return kl / rows;
    },
    statistics(epochs) {
      const { policyLoss, valueLoss, entropy, approximateKl, clipFraction } = sums;
      return {
        policyLoss: policyLoss / count,
        valueLoss: valueLoss / count,
        entropy: entropy / count,
        approximateKl: approximateKl / count,
        clipFraction: clipFraction / count,
        epochs,
      };
    },
  };
}
