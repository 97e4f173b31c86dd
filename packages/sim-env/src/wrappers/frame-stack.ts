import type { AsyncEnv, Env } from '../env/env.ts';
import { EnvError } from '../env-error.ts';
import { createArray } from '../spaces/dtype.ts';
import { type ArrayOf, type Box, box, type Dtype, type Space, type Value } from '../spaces/index.ts';
import { type AnyEnv, wrap } from './wrap.ts';

/**
 * The last `count` observations as one, the oldest first; after a reset all are the first one. Shape [count, ...shape].
 *
 * @throws EnvError unless count is a positive integer
 */
export function frameStack<D extends Dtype, A extends Space>(env: Env<Box<D>, A>, count: number): Env<Box<D>, A>;
/** The same for an environment whose model is asynchronous. */
export function frameStack<D extends Dtype, A extends Space>(
  env: AsyncEnv<Box<D>, A>,
  count: number,
): AsyncEnv<Box<D>, A>;
export function frameStack<D extends Dtype, A extends Space>(env: AnyEnv<Box<D>, A>, count: number): AnyEnv<Box<D>, A> {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new EnvError('setting', `sim-env: frameStack: count is a positive integer, got ${count}`);
  }
  const { low, high, shape, dtype } = env.observationSpace;
  const size = low.length;
  const repeated = (limits: ArrayOf<D>) => {
    const all = createArray(dtype, count * size) as Float64Array;
    for (let i = 0; i < count; i++) all.set(limits as Float64Array, i * size);
    return all;
  };
  const space = box({ low: repeated(low), high: repeated(high), shape: [count, ...shape], dtype });
  // Of any type of array, which all have the same methods.
  const frames = space.low.slice() as Float64Array;
  const stacked = () => frames.slice() as unknown as Value<Box<D>>;
  return wrap<Box<D>, A, Box<D>, A>(env, {
    observationSpace: space,
    opened([observation, info]) {
      for (let i = 0; i < count; i++) frames.set(observation as unknown as Float64Array, i * size);
      return [stacked(), info];
    },
    advanced([observation, ...rest]) {
      frames.copyWithin(0, size);
      frames.set(observation as unknown as Float64Array, (count - 1) * size);
      return [stacked(), ...rest];
    },
  });
}
