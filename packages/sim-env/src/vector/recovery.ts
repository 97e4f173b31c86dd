import type { Info } from '../decisions/perspective.ts';

/** What becomes of an environment whose step throws: its caller gets the error, or its episode ends and it goes on. */
export type OnError = 'throw' | 'reset';

/**
 * Whether an error of a step is the environment's own. An action outside its space, one that is masked, and a step out of turn are its caller's,
 * whom no reset would help. By codes, since an environment may come with a copy of this package, and classes, of its own.
 */
export function isOwnFault(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code !== 'data' && code !== 'state';
}

/** What the info of an episode that an error has ended says of it: the message, and the stack, which for a model's error is the model's own. */
export function errorInfo(error: unknown): Info {
  if (!(error instanceof Error)) return { error: String(error) };
  return { error: error.message, ...(error.stack !== undefined && { error_stack: error.stack }) };
}
