import type { AsyncEnv, Env } from '../env/env.ts';
import { type Box, flatten, flattenSpace, type Space } from '../spaces/index.ts';
import { transformObservation } from './transform.ts';
import type { AnyEnv } from './wrap.ts';

/** Observations as one array each. */
export function flattenObservation<O extends Space, A extends Space>(env: Env<O, A>): Env<Box<'float64'>, A>;
/** The same for an environment whose model is asynchronous. */
export function flattenObservation<O extends Space, A extends Space>(env: AsyncEnv<O, A>): AsyncEnv<Box<'float64'>, A>;
export function flattenObservation<O extends Space, A extends Space>(env: AnyEnv<O, A>): AnyEnv<Box<'float64'>, A> {
  const space = env.observationSpace;
  return transformObservation(
    env as Env<O, A>,
    flattenSpace(space),
    (observation) => flatten(space, observation) as Float64Array,
  );
}
