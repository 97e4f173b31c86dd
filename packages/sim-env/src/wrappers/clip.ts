import type { Env } from '../env/env.ts';
import { EnvError } from '../env-error.ts';
import { type Box, box, type Space } from '../spaces/index.ts';
import { transformAction, transformReward } from './transform.ts';

/** Takes any action of the Box's shape, and brings each entry to its limits. */
export function clipAction<O extends Space>(env: Env<O, Box<'float32'>>): Env<O, Box<'float32'>> {
  const { low, high, shape } = env.actionSpace;
  const anything = box({ low: -Infinity, high: Infinity, shape });
  return transformAction(env, anything, (action) =>
    action.map((entry, i) => Math.min(Math.max(entry, low[i]!), high[i]!)),
  );
}

/** @throws EnvError unless low ≤ high */
export function clipReward<O extends Space, A extends Space>(env: Env<O, A>, low: number, high: number): Env<O, A> {
  if (!(low <= high)) throw new EnvError('setting', `sim-env: clipReward: low ${low} is above high ${high}`);
  return transformReward(env, (reward) => Math.min(Math.max(reward, low), high));
}
