import { InputError } from '../input-error.ts';
import { showValue } from '../show-value.ts';
import { usableCores } from './usable-cores.ts';

/** The most that is believed to be meant. */
const MOST = 1024;

/** What a number of threads has to be, for errors. */
export const THREADS_RANGE = `a whole number from 1 to ${MOST}`;

/** A number of threads that was given as text; undefined where it is none. */
export function parseThreads(text: string): number | undefined {
  const threads = Number(text);
  return /^\d+$/.test(text) && threads >= 1 && threads <= MOST ? threads : undefined;
}

/**
 * Threads of what is not told otherwise: `UNBRAID_THREADS` where that is set, else the cores that this process may use ({@link usableCores}).
 * @param owner the package that asks, for the error
 * @throws {InputError} where it is set to something else than a whole number from 1 to 1024
 */
export function defaultThreads(owner: string, variable = process.env.UNBRAID_THREADS): number {
  if (variable === undefined || variable === '') return usableCores();
  const threads = parseThreads(variable);
  if (threads !== undefined) return threads;
  throw new InputError(
    'setting',
    `${owner}: UNBRAID_THREADS is ${showValue(variable)}; ${THREADS_RANGE} is needed, or leave it unset`,
  );
}
