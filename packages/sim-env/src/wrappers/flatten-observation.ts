import type { Env } from '../env/env.ts';
import { type Box, flatten, flattenSpace, type Space } from '../spaces/index.ts';
import { transformObservation } from './transform.ts';

/** Observations as one array each. */
export function flattenObservation<O extends Space, A extends Space>(env: Env<O, A>): Env<Box<'float64'>, A> {
  const space = env.observationSpace;
  return transformObservation(env, flattenSpace(space), (observation) => flatten(space, observation) as Float64Array);
}
