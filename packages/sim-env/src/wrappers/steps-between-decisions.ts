import type { AsyncEnv, Env } from '../env/env.ts';
import { EnvError } from '../env-error.ts';
import { checkSettings, share } from '../settings.ts';
import type { Space } from '../spaces/index.ts';
import { type AnyEnv, wrap } from './wrap.ts';

/** What `stepsBetweenDecisions` takes beside the number of steps. */
export interface HeldOptions {
  /** γ of a step of the wrapped environment, by which rewards are summed; default 1. */
  readonly discount?: number;
}

/**
 * Holds each action for `steps` steps of the wrapped environment, less where the episode ends in them; observation, ends and info are those of the last. The reward is their sum
 * Σ γ^i r_i, and `info.elapsed` the number of steps, by which a discount of a step is taken to that power: see `createQAgent`. Frame skip, where steps are frames.
 *
 * @throws EnvError unless steps is a positive integer, or for a discount outside [0, 1]
 */
export function stepsBetweenDecisions<O extends Space, A extends Space>(
  env: Env<O, A>,
  steps: number,
  options?: HeldOptions,
): Env<O, A>;
/** The same for an environment whose model is asynchronous. */
export function stepsBetweenDecisions<O extends Space, A extends Space>(
  env: AsyncEnv<O, A>,
  steps: number,
  options?: HeldOptions,
): AsyncEnv<O, A>;
export function stepsBetweenDecisions<O extends Space, A extends Space>(
  env: AnyEnv<O, A>,
  steps: number,
  options: HeldOptions = {},
): AnyEnv<O, A> {
  checkSettings('stepsBetweenDecisions', options, { discount: share });
  const { discount = 1 } = options;
  if (!(Number.isSafeInteger(steps) && steps > 0)) {
    throw new EnvError('setting', `sim-env: stepsBetweenDecisions: steps is a positive integer, got ${steps}`);
  }
  let [held, sum] = [0, 0];
  const forget = () => {
    [held, sum] = [0, 0];
  };
  return wrap<O, A, O, A>(env, {
    resetting(given) {
      forget();
      return given;
    },
    // An error may have left a decision half-way.
    acting(action) {
      forget();
      return action;
    },
    advanced([observation, reward, terminated, truncated, info]) {
      sum += discount ** held * reward;
      held++;
      if (held < steps && !terminated && !truncated) return undefined;
      return [observation, sum, terminated, truncated, { ...info, elapsed: held }];
    },
  });
}
