import { InputError } from '@unbraid/checks';
import type { Box, Value } from '@unbraid/sim-env';

/** A Box whose numbers networks give. */
export type FloatBox = Box<'float32'> | Box<'float64'>;

/** @throws {InputError} `setting`, unless the Box is one of float32 or float64 numbers */
export function checkBox<A extends Box>(space: A): asserts space is A & FloatBox {
  if (space.dtype === 'float32' || space.dtype === 'float64') return;
  throw new InputError(
    'setting',
    `learners: the action space is a Box of ${space.dtype}; a Box of float32 or float64, or choices (discrete), are needed`,
  );
}

/** An element of the Box from a function of each entry's place. */
export function elementFrom<A extends Box>(space: A, entry: (i: number) => number): Value<A> {
  const values = space.dtype === 'float64' ? new Float64Array(space.low.length) : new Float32Array(space.low.length);
  const { low, high } = space as FloatBox;
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(entry(i), low[i]!), high[i]!);
  return values as unknown as Value<A>;
}

/** ½ log 2π. */
export const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
