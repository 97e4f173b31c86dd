import type { Schedule } from '@unbraid/nn';

/** A value that falls linearly from `first` at time 0 to 0 at time 1, the end of learning: `lin_…` of rl-baselines3-zoo. */
export const linearDecay =
  (first: number): Schedule =>
  (share) =>
    first * (1 - Math.min(share, 1));
