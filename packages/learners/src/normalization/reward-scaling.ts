import { InputError } from '@unbraid/checks';
import { runningStatistics } from './running-statistics.ts';

/** Rewards over the deviation of the discounted sum of rewards so far, as in Stable-Baselines3's `VecNormalize`. */
export interface RewardScaling {
  /** Scales a reward of each environment in place. @param ended 1 where the episode ended with it */
  scale(rewards: Float32Array, ended: Uint8Array): void;
  state(): Float64Array;
  restore(state: Float64Array): void;
}

/** The largest size of a scaled reward. */
const LIMIT = 10;

const EPSILON = 1e-8;

/** @param discount γ */
export function rewardScaling(environments: number, discount: number): RewardScaling {
  const statistics = runningStatistics(1);
  const sums = new Float64Array(environments);
  return {
    scale(rewards, ended) {
      for (let i = 0; i < environments; i++) sums[i] = sums[i]! * discount + rewards[i]!;
      statistics.add(sums);
      const factor = 1 / Math.sqrt(statistics.variance[0]! + EPSILON);
      for (let i = 0; i < environments; i++) {
        rewards[i] = Math.min(Math.max(rewards[i]! * factor, -LIMIT), LIMIT);
        if (ended[i]) sums[i] = 0;
      }
    },
    state: () => Float64Array.of(...statistics.state(), ...sums),
    restore(state) {
      const own = state.length - environments;
      if (own < 1)
        throw new InputError('model', `learners: saved sums of rewards have ${state.length} numbers; more are needed`);
      statistics.restore(state.subarray(0, own));
      sums.set(state.subarray(own));
    },
  };
}
