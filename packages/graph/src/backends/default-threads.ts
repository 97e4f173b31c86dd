import { availableParallelism } from 'node:os';
import { InputError, showValue } from '@unbraid/checks';

/**
 * Threads of a runtime that is not told: `UNBRAID_THREADS` where that is set, else the cores that this process may use.
 * @throws {InputError} where it is set to something else than a whole number from 1 to 1024
 */
export function defaultThreads(variable = process.env.UNBRAID_THREADS): number {
  if (variable === undefined || variable === '') return availableParallelism();
  const threads = Number(variable);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads;
  throw new InputError(
    'setting',
    `graph: UNBRAID_THREADS is ${showValue(variable)}; a whole number from 1 to 1024 is needed, or leave it unset`,
  );
}
