/** What a side of the benchmark of environments is told. */
export type SimEnvTask =
  | { readonly work: 'coroutine' | 'blocking' | 'screen' }
  | PensionTask
  | {
      readonly work: 'batched';
      /** Gymnasium's vector environment, or Stable-Baselines3's. */
      readonly form: 'VectorEnv' | 'VecEnv';
      readonly url: string;
      readonly token: string;
      readonly env: string;
      readonly count: number;
    };

/** Both sides play episodes of the market from their beginning by the same rule: what a client of an age pays or gets. */
export interface PensionTask {
  readonly work: 'pension';
  /** Steps after which an episode is left; a model that never forgets gets slower by the step. */
  readonly episodeSteps: number;
  /** Episodes in a run. */
  readonly episodes: number;
  readonly retirementAge: number;
  /** Actions for a client below that age and above. */
  readonly actions: readonly [number, number];
  /** Where the original Sim-Env has been checked out, for its side. */
  readonly checkout: string | null;
}

/** Both sides collect and learn from whole rollouts of CartPole, with networks of two hidden layers of 64. */
export interface PpoTask {
  readonly envs: number;
  /** Steps of each environment in a rollout. */
  readonly rolloutSteps: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Steps in a run, of all environments. */
  readonly timesteps: number;
}
