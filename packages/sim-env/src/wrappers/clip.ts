import type { AsyncEnv, Env } from '../env/env.ts';
import { EnvError } from '../env-error.ts';
import { type Box, box, type Space } from '../spaces/index.ts';
import { transformAction, transformReward } from './transform.ts';
import type { AnyEnv } from './wrap.ts';

/** Takes any action of the Box's shape, and brings each entry to its limits. */
export function clipAction<O extends Space>(env: Env<O, Box<'float32'>>): Env<O, Box<'float32'>>;
/** The same for an environment whose model is asynchronous. */
export function clipAction<O extends Space>(env: AsyncEnv<O, Box<'float32'>>): AsyncEnv<O, Box<'float32'>>;
export function clipAction<O extends Space>(env: AnyEnv<O, Box<'float32'>>): AnyEnv<O, Box<'float32'>> {
  const { low, high, shape } = env.actionSpace;
  const anything = box({ low: -Infinity, high: Infinity, shape });
  return transformAction(env as Env<O, Box<'float32'>>, anything, (action) =>
    action.map((entry, i) => Math.min(Math.max(entry, low[i]!), high[i]!)),
  );
}

/** @throws EnvError unless low ≤ high */
export function clipReward<O extends Space, A extends Space>(env: Env<O, A>, low: number, high: number): Env<O, A>;
/** The same for an environment whose model is asynchronous. */
export function clipReward<O extends Space, A extends Space>(
  env: AsyncEnv<O, A>,
  low: number,
  high: number,
): AsyncEnv<O, A>;
export function clipReward<O extends Space, A extends Space>(
  env: AnyEnv<O, A>,
  low: number,
  high: number,
): AnyEnv<O, A> {
  if (!(low <= high)) throw new EnvError('setting', `sim-env: clipReward: low ${low} is above high ${high}`);
  return transformReward(env as Env<O, A>, (reward) => Math.min(Math.max(reward, low), high));
}
