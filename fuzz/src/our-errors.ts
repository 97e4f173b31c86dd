import { InputError } from '@unbraid/checks';

/** A message is read on a terminal, so it doesn't repeat a file's content. */
const LONGEST_MESSAGE = 2000;

/** A class of errors. */
// biome-ignore lint/suspicious/noExplicitAny: what it is made from doesn't matter
export type ErrorClass = abstract new (...given: any[]) => Error;

/**
 * Undefined where an error is one that a reader may throw: InputError, or of another class of ours, in one line that begins with the
 * package. Else what is wrong with it: the engine's own TypeError says that nobody thought of the case, the system's errors name no
 * remedy, and an AssertionError is a promise that the reader broke.
 */
export function foreignError(error: unknown, others: readonly ErrorClass[] = []): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}, which is not an Error`;
  const shown = `${error.name}: ${error.message.slice(0, 300)}`;
  if (error.name === 'AssertionError') return `accepted what it must not: ${error.message}\n${error.stack}`;
  if (![InputError, ...others].some((each) => error instanceof each)) return `threw ${shown}\n${error.stack}`;
  if (!/^[a-z-]+: \S/.test(error.message)) return `threw "${shown}", which does not begin with a package's name`;
  if (/[\r\n]/.test(error.message)) return `threw a message of several lines: ${JSON.stringify(shown)}`;
  if (error.message.length > LONGEST_MESSAGE) return `threw a message of ${error.message.length} characters: ${shown}`;
  return undefined;
}
