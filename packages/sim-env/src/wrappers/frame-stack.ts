import type { Env } from '../env/env.ts';
import { EnvError } from '../env-error.ts';
import { type Box, box, type Dtype, type Space } from '../spaces/index.ts';
import { wrap } from './wrap.ts';

/**
 * The last `count` observations as one, the oldest first; after a reset all are the first one. Shape [count, ...shape].
 *
 * @throws EnvError unless count is a positive integer
 */
export function frameStack<D extends Dtype, A extends Space>(env: Env<Box<D>, A>, count: number): Env<Box<D>, A> {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new EnvError('setting', `sim-env: frameStack: count is a positive integer, got ${count}`);
  }
  const { low, high, shape, dtype } = env.observationSpace;
  const size = low.length;
  const repeated = (limits: ArrayLike<number>) => Array.from({ length: count * size }, (_, i) => limits[i % size]!);
  const space = box({ low: repeated(low), high: repeated(high), shape: [count, ...shape], dtype });
  const frames = space.low.slice() as typeof space.low;
  return wrap<Box<D>, A>(env as never, {
    observationSpace: space,
    reset(options) {
      const [observation, info] = env.reset(options);
      for (let i = 0; i < count; i++) frames.set(observation as ArrayLike<number>, i * size);
      return [frames.slice() as never, info];
    },
    step(action) {
      const [observation, reward, terminated, truncated, info] = env.step(action);
      frames.copyWithin(0, size);
      frames.set(observation as ArrayLike<number>, (count - 1) * size);
      return [frames.slice() as never, reward, terminated, truncated, info];
    },
  });
}
