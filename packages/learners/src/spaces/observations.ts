import { checkFiniteValues } from '@unbraid/checks';
import { flatSize, flatten, type Space, type Value } from '@unbraid/sim-env';

/** Turns observations into rows of numbers for a network. */
export interface ObservationEncoder<O extends Space = Space> {
  readonly space: O;
  /** Numbers in a row. */
  readonly size: number;
  /** Writes the row of an observation to `out` from entry `at` on: a Box as it is, choices one-hot, composites part after part (`flatten` of `@unbraid/sim-env`). */
  write(observation: Value<O>, out: Float32Array, at: number): void;
}

/**
 * The encoder of a space.
 * @throws {EnvError} for a space whose elements have no flat form of one size
 */
export function observationEncoder<O extends Space>(space: O): ObservationEncoder<O> {
  const size = flatSize(space);
  return {
    space,
    size,
    write(observation, out, at) {
      if (space.type === 'Box') out.set(observation as ArrayLike<number>, at);
      else out.set(flatten(space, observation), at);
    },
  };
}

/** @throws {InputError} `not-finite`, where an environment shows NaN or infinities */
export const checkObservations = (who: string, rows: Float32Array, size: number): void =>
  checkFiniteValues(
    `learners: ${who}: the observations`,
    rows,
    'mend the environment, or clip what it shows',
    (at) => `environment ${Math.floor(at / size)}, entry ${at % size} (counted from 0)`,
  );
