import type { AsyncEnv, Env } from '../env/env.ts';
import { type Box, box, type Space } from '../spaces/index.ts';
import { createRunningMoments } from './running-moments.ts';
import { transformObservation } from './transform.ts';
import { type AnyEnv, wrap } from './wrap.ts';

/** Against division by nothing where an entry never changes. */
const EPSILON = 1e-8;

/** Observations less their mean, over their standard deviation, both of all that have been seen so far. */
export function normalizeObservation<A extends Space>(env: Env<Box, A>): Env<Box<'float32'>, A>;
/** The same for an environment whose model is asynchronous. */
export function normalizeObservation<A extends Space>(env: AsyncEnv<Box, A>): AsyncEnv<Box<'float32'>, A>;
export function normalizeObservation<A extends Space>(env: AnyEnv<Box, A>): AnyEnv<Box<'float32'>, A> {
  const size = env.observationSpace.low.length;
  const moments = createRunningMoments(size);
  const space = box({ low: -Infinity, high: Infinity, shape: env.observationSpace.shape });
  return transformObservation(env as Env<Box, A>, space, (given) => {
    const observation = Float64Array.from(given as ArrayLike<number>, Number);
    moments.add(observation);
    return Float32Array.from(observation, (x, i) => (x - moments.mean[i]!) / Math.sqrt(moments.variance(i) + EPSILON));
  });
}

/**
 * Rewards over the standard deviation of the discounted sum of the rewards of an episode so far.
 *
 * @param discount γ, default 0.99
 */
export function normalizeReward<O extends Space, A extends Space>(env: Env<O, A>, discount?: number): Env<O, A>;
/** The same for an environment whose model is asynchronous. */
export function normalizeReward<O extends Space, A extends Space>(
  env: AsyncEnv<O, A>,
  discount?: number,
): AsyncEnv<O, A>;
export function normalizeReward<O extends Space, A extends Space>(env: AnyEnv<O, A>, discount = 0.99): AnyEnv<O, A> {
  const moments = createRunningMoments(1);
  let sum = 0;
  return wrap<O, A, O, A>(env, {
    resetting(options) {
      sum = 0;
      return options;
    },
    advanced([observation, reward, ...rest]) {
      sum = sum * discount + reward;
      moments.add([sum]);
      return [observation, reward / Math.sqrt(moments.variance(0) + EPSILON), ...rest];
    },
  });
}
