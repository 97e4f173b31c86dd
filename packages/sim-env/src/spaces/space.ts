import { EnvError } from '../env-error.ts';
import type { Box } from './box.ts';
import { describeValue } from './describe-value.ts';
import type { SpaceDescription } from './description.ts';
import type { Dict } from './dict.ts';
import type { Discrete } from './discrete.ts';
import type { MultiBinary } from './multi-binary.ts';
import type { MultiDiscrete } from './multi-discrete.ts';
import type { Text } from './text.ts';
import type { Tuple } from './tuple.ts';

/** What every space can do; `T` is the type of its elements. */
export interface SpaceOf<T> {
  /** A random element: uniform where the space is bounded. */
  sample(): T;
  /**
   * Restarts the numbers that `sample` draws; without it they start differently in each process.
   * @throws EnvError unless the seed is an integer from 0 to 2⁵³ − 1
   */
  seed(seed: number): void;
  contains(value: unknown): value is T;
  /** The first thing that keeps `value` out of the space, such as `entry 2 is 1.5, above 1`; undefined for an element. */
  violation(value: unknown): string | undefined;
  /** The name and the keyword arguments of Gymnasium's equal space. */
  toJSON(): SpaceDescription;
}

/** Any space; its `type` tells which. */
export type Space = Box | Discrete | MultiDiscrete | MultiBinary | Text | Tuple | Dict;

/** The type of a space's elements. */
export type Value<S> = S extends SpaceOf<infer T> ? T : never;

/** @throws EnvError for what is no space */
export function checkSpace(where: string, value: unknown): void {
  const given = value as Partial<Space> | null | undefined;
  if (typeof given === 'object' && typeof given?.violation === 'function' && typeof given.type === 'string') return;
  throw new EnvError('setting', `sim-env: ${where} is no space, but ${describeValue(value)}`);
}
