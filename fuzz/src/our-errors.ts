/** Classes of the engine: one that reaches a user says that nobody thought of the case. */
const ENGINE_ERRORS: readonly unknown[] = [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError];

/** A message is read on a terminal, so it doesn't repeat a file's content. */
const LONGEST_MESSAGE = 2000;

/**
 * Undefined where an error is one that a reader may throw: of our own class, in one line that begins with the package. Else what is
 * wrong with it.
 */
export function foreignError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}, which is not an Error`;
  const shown = `${error.name}: ${error.message.slice(0, 300)}`;
  if (ENGINE_ERRORS.includes(error.constructor)) return `threw the engine's ${shown}\n${error.stack}`;
  if (error.name === 'AssertionError') return `accepted what it must not: ${error.message}\n${error.stack}`;
  if ('syscall' in error) return `threw the system's ${shown}`;
  if (!/^[a-z-]+: \S/.test(error.message))
    return `threw ${shown}, which does not begin with a package's name\n${error.stack}`;
  if (/[\r\n]/.test(error.message)) return `threw a message of several lines: ${JSON.stringify(shown)}`;
  if (error.message.length > LONGEST_MESSAGE) return `threw a message of ${error.message.length} characters: ${shown}`;
  return undefined;
}
