import type { Info } from '../decisions/perspective.ts';
import { EnvError } from '../env-error.ts';

/**
 * The time between two decisions: `elapsed` of the later one's info, else by the `time` of both; undefined where they have neither.
 *
 * @throws EnvError `data` for what is no number, and for a time that goes back
 */
export function elapsedBetween(before: Info, after: Info): number | undefined {
  const elapsed = after.elapsed ?? differenceOf(before.time, after.time);
  if (elapsed === undefined) return undefined;
  if (typeof elapsed === 'number' && elapsed >= 0 && elapsed < Number.POSITIVE_INFINITY) return elapsed;
  throw new EnvError(
    'data',
    `sim-env: the time between two decisions is ${String(elapsed)} (from ${String(before.time)} to ${String(after.time)}), expected a finite number, 0 or more`,
  );
}

const differenceOf = (before: unknown, after: unknown): number | undefined =>
  before === undefined || after === undefined ? undefined : (after as number) - (before as number);
