/** A learner from replay, at rl-baselines3-zoo's hyperparameters: both sides collect and learn from so many steps of one environment, once its buffer has been begun. */
export interface LearnersTask {
  readonly learner: 'dqn' | 'sac';
  /** Steps of a run that are timed. */
  readonly timesteps: number;
  /** Those before, from which little or nothing is learnt. */
  readonly begun: number;
}
