import { elapsedBetween } from '../env/elapsed.ts';
import type { AsyncEnv, Env } from '../env/env.ts';
import { type Box, box, type Dict, dict, type Space, type Value } from '../spaces/index.ts';
import { type AnyEnv, wrap } from './wrap.ts';

/** The observation as it was, and the time since the decision before: one float64, 0 after a reset. */
export type WithElapsed<O extends Space> = Dict<{ readonly observation: O; readonly elapsed: Box<'float64'> }>;

/**
 * Lets an agent observe how much time has passed since its last decision, where decisions have a time (`time` of a perspective) or are held
 * (`stepsBetweenDecisions`); 1 where they have neither. `info.elapsed` has it too.
 */
export function observeElapsedTime<O extends Space, A extends Space>(env: Env<O, A>): Env<WithElapsed<O>, A>;
/** The same for an environment whose model is asynchronous. */
export function observeElapsedTime<O extends Space, A extends Space>(env: AsyncEnv<O, A>): AsyncEnv<WithElapsed<O>, A>;
export function observeElapsedTime<O extends Space, A extends Space>(env: AnyEnv<O, A>): AnyEnv<WithElapsed<O>, A> {
  const space = dict({
    observation: env.observationSpace,
    elapsed: box({ low: 0, high: Number.POSITIVE_INFINITY, dtype: 'float64' }),
  }) as WithElapsed<O>;
  let before = {};
  const shown = (observation: Value<O>, elapsed: number) =>
    ({ observation, elapsed: Float64Array.of(elapsed) }) as unknown as Value<WithElapsed<O>>;
  return wrap<O, A, WithElapsed<O>, A>(env, {
    observationSpace: space,
    opened([observation, info]) {
      before = info;
      return [shown(observation, 0), info];
    },
    advanced([observation, reward, terminated, truncated, info]) {
      const elapsed = elapsedBetween(before, info) ?? 1;
      before = info;
      return [shown(observation, elapsed), reward, terminated, truncated, { ...info, elapsed }];
    },
  });
}
