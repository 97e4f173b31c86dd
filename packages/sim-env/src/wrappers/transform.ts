import { ACTION_MASK } from '../decisions/action-mask.ts';
import type { Info } from '../decisions/perspective.ts';
import type { Env } from '../env/env.ts';
import { copierOf } from '../spaces/copy.ts';
import type { Space, Value } from '../spaces/index.ts';
import { wrap } from './wrap.ts';

/** Changes observations; `space` is the space of the changed ones. What `change` returns is copied, so it may return the same array again. */
export function transformObservation<O extends Space, A extends Space, P extends Space>(
  env: Env<O, A>,
  space: P,
  change: (observation: Value<O>) => Value<P>,
): Env<P, A> {
  const copy = copierOf(space);
  const changed = (observation: Value<O>): Value<P> =>
    copy === undefined ? change(observation) : (copy(change(observation)) as Value<P>);
  return wrap<P, A>(env, {
    observationSpace: space,
    reset(options) {
      const [observation, info] = env.reset(options);
      return [changed(observation), info];
    },
    step(action) {
      const [observation, reward, terminated, truncated, info] = env.step(action);
      return [changed(observation), reward, terminated, truncated, info];
    },
  });
}

/** Changes every reward by a function. */
export function transformReward<O extends Space, A extends Space>(
  env: Env<O, A>,
  change: (reward: number) => number,
): Env<O, A> {
  return wrap<O, A>(env, {
    step(action) {
      const [observation, reward, terminated, truncated, info] = env.step(action);
      return [observation, change(reward), terminated, truncated, info];
    },
  });
}

/** Changes actions on their way in; `space` is the space of those that come. An action mask, which is one of the environment's own actions, is left out of infos. */
export function transformAction<O extends Space, A extends Space, B extends Space>(
  env: Env<O, A>,
  space: B,
  change: (action: Value<B>) => Value<A>,
): Env<O, B> {
  return wrap<O, B>(env, {
    actionSpace: space,
    reset(options) {
      const [observation, info] = env.reset(options);
      return [observation, withoutMask(info)];
    },
    step(action) {
      const [observation, reward, terminated, truncated, info] = env.step(change(action));
      return [observation, reward, terminated, truncated, withoutMask(info)];
    },
  });
}

function withoutMask(info: Info): Info {
  if (!(ACTION_MASK in info)) return info;
  const { [ACTION_MASK]: _, ...rest } = info;
  return rest;
}
