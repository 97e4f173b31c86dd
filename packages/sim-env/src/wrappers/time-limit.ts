import type { AsyncEnv, Env } from '../env/env.ts';
import { checkLimit } from '../env/episode.ts';
import { EnvError } from '../env-error.ts';
import type { Space } from '../spaces/index.ts';
import { type AnyEnv, wrap } from './wrap.ts';

/**
 * Truncates episodes after so many steps.
 *
 * @throws EnvError unless that is a positive integer
 */
export function timeLimit<O extends Space, A extends Space>(env: Env<O, A>, maxEpisodeSteps: number): Env<O, A>;
/** The same for an environment whose model is asynchronous. */
export function timeLimit<O extends Space, A extends Space>(
  env: AsyncEnv<O, A>,
  maxEpisodeSteps: number,
): AsyncEnv<O, A>;
export function timeLimit<O extends Space, A extends Space>(env: AnyEnv<O, A>, maxEpisodeSteps: number): AnyEnv<O, A> {
  const limit = checkLimit(env.spec.id, maxEpisodeSteps);
  let [steps, over] = [0, false];
  return wrap<O, A, O, A>(env, {
    spec: { ...env.spec, maxEpisodeSteps },
    resetting(options) {
      [steps, over] = [0, false];
      return options;
    },
    acting(action) {
      if (over) throw new EnvError('state', `sim-env: ${env.spec.id}: step after the end of the episode; call reset`);
      return action;
    },
    advanced([observation, reward, terminated, truncated, info]) {
      steps++;
      over = terminated || truncated || steps >= limit;
      return [observation, reward, terminated, truncated || (steps >= limit && !terminated), info];
    },
  });
}
