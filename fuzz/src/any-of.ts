import { type ErrorClass, foreignError } from './our-errors.ts';

/**
 * Does all of `readings`, ways to read the same bytes, some of which may refuse them.
 *
 * @param errors as the target's.
 * @throws the first error that no reader may throw; else, where all refuse, the last refusal.
 */
export async function anyOf(
  readings: readonly (() => void | Promise<void>)[],
  errors?: readonly ErrorClass[],
): Promise<void> {
  let refusals = 0;
  let last: unknown;
  for (const reading of readings) {
    try {
      await reading();
    } catch (error) {
      if (foreignError(error, errors) !== undefined) throw error;
      refusals++;
      last = error;
    }
  }
  if (refusals === readings.length) throw last;
}
