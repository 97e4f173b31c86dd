import { ACTION_MASK } from '../decisions/action-mask.ts';
import type { Info } from '../decisions/perspective.ts';
import type { AsyncEnv, Env } from '../env/env.ts';
import { copierOf } from '../spaces/copy.ts';
import type { Space, Value } from '../spaces/index.ts';
import { type AnyEnv, wrap } from './wrap.ts';

/** Changes observations; `space` is the space of the changed ones. What `change` returns is copied, so it may return the same array again. */
export function transformObservation<O extends Space, A extends Space, P extends Space>(
  env: Env<O, A>,
  space: P,
  change: (observation: Value<O>) => Value<P>,
): Env<P, A>;
/** The same for an environment whose model is asynchronous. */
export function transformObservation<O extends Space, A extends Space, P extends Space>(
  env: AsyncEnv<O, A>,
  space: P,
  change: (observation: Value<O>) => Value<P>,
): AsyncEnv<P, A>;
export function transformObservation<O extends Space, A extends Space, P extends Space>(
  env: AnyEnv<O, A>,
  space: P,
  change: (observation: Value<O>) => Value<P>,
): AnyEnv<P, A> {
  const copy = copierOf(space);
  const changed = (observation: Value<O>): Value<P> =>
    copy === undefined ? change(observation) : (copy(change(observation)) as Value<P>);
  return wrap<O, A, P, A>(env, {
    observationSpace: space,
    opened: ([observation, info]) => [changed(observation), info],
    advanced: ([observation, ...rest]) => [changed(observation), ...rest],
  });
}

/** Changes every reward by a function. */
export function transformReward<O extends Space, A extends Space>(
  env: Env<O, A>,
  change: (reward: number) => number,
): Env<O, A>;
/** The same for an environment whose model is asynchronous. */
export function transformReward<O extends Space, A extends Space>(
  env: AsyncEnv<O, A>,
  change: (reward: number) => number,
): AsyncEnv<O, A>;
export function transformReward<O extends Space, A extends Space>(
  env: AnyEnv<O, A>,
  change: (reward: number) => number,
): AnyEnv<O, A> {
  return wrap<O, A, O, A>(env, {
    advanced: ([observation, reward, ...rest]) => [observation, change(reward), ...rest],
  });
}

/** Changes actions on their way in; `space` is the space of those that come. An action mask, which is one of the environment's own actions, is left out of infos. */
export function transformAction<O extends Space, A extends Space, B extends Space>(
  env: Env<O, A>,
  space: B,
  change: (action: Value<B>) => Value<A>,
): Env<O, B>;
/** The same for an environment whose model is asynchronous. */
export function transformAction<O extends Space, A extends Space, B extends Space>(
  env: AsyncEnv<O, A>,
  space: B,
  change: (action: Value<B>) => Value<A>,
): AsyncEnv<O, B>;
export function transformAction<O extends Space, A extends Space, B extends Space>(
  env: AnyEnv<O, A>,
  space: B,
  change: (action: Value<B>) => Value<A>,
): AnyEnv<O, B> {
  return wrap<O, A, O, B>(env, {
    actionSpace: space,
    acting: change,
    opened: ([observation, info]) => [observation, withoutMask(info)],
    advanced: ([observation, reward, terminated, truncated, info]) => [
      observation,
      reward,
      terminated,
      truncated,
      withoutMask(info),
    ],
  });
}

function withoutMask(info: Info): Info {
  if (!(ACTION_MASK in info)) return info;
  const { [ACTION_MASK]: _, ...rest } = info;
  return rest;
}
