import type { AsyncEnv, Env } from '../env/env.ts';
import type { Space } from '../spaces/index.ts';
import { type AnyEnv, wrap } from './wrap.ts';

/** What the last step of an episode has in `info.episode`, under Gymnasium's keys: return, length, seconds. */
export interface EpisodeStatistics {
  readonly r: number;
  readonly l: number;
  readonly t: number;
}

/** Puts an episode's return, length and time into the info of its last step, as `episode`. */
export function recordStatistics<O extends Space, A extends Space>(env: Env<O, A>): Env<O, A>;
/** The same for an environment whose model is asynchronous. */
export function recordStatistics<O extends Space, A extends Space>(env: AsyncEnv<O, A>): AsyncEnv<O, A>;
export function recordStatistics<O extends Space, A extends Space>(env: AnyEnv<O, A>): AnyEnv<O, A> {
  let [total, steps, begin] = [0, 0, 0];
  return wrap<O, A, O, A>(env, {
    resetting(options) {
      [total, steps, begin] = [0, 0, performance.now()];
      return options;
    },
    advanced([observation, reward, terminated, truncated, info]) {
      total += reward;
      steps++;
      if (!terminated && !truncated) return [observation, reward, terminated, truncated, info];
      const episode: EpisodeStatistics = { r: total, l: steps, t: (performance.now() - begin) / 1000 };
      return [observation, reward, terminated, truncated, { ...info, episode }];
    },
  });
}
