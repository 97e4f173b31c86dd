import type { SpaceDescription } from './description.ts';
import type { MaskLike } from './mask.ts';

/** What every space can do; `T` is the type of its elements. */
export interface SpaceOf<T> {
  /**
   * A random element: uniform where the space is bounded, and among what the mask says is possible. Of a Discrete space whose mask allows nothing, the first.
   * @throws EnvError `data` for a mask that is none of this space
   */
  sample(mask?: MaskLike): T;
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
