import type { Env } from '../env/env.ts';
import { checkLimit } from '../env/episode.ts';
import { EnvError } from '../env-error.ts';
import type { Space } from '../spaces/index.ts';
import { wrap } from './wrap.ts';

/**
 * Truncates episodes after so many steps.
 *
 * @throws EnvError unless that is a positive integer
 */
export function timeLimit<O extends Space, A extends Space>(env: Env<O, A>, maxEpisodeSteps: number): Env<O, A> {
  const limit = checkLimit(env.spec.id, maxEpisodeSteps);
  let [steps, over] = [0, false];
  const limited = wrap<O, A>(env, {
    reset(options) {
      [steps, over] = [0, false];
      return env.reset(options);
    },
    step(action) {
      if (over) throw new EnvError('state', `sim-env: ${env.spec.id}: step after the end of the episode; call reset`);
      const [observation, reward, terminated, truncated, info] = env.step(action);
      steps++;
      over = terminated || truncated || steps >= limit;
      return [observation, reward, terminated, truncated || (steps >= limit && !terminated), info];
    },
  });
  return { ...limited, spec: { ...env.spec, maxEpisodeSteps } };
}
