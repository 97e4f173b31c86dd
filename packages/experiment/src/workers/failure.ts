import { errorCode } from '@unbraid/checks/node';
import { messageOf, RunError, UsageError } from '../errors.ts';
import type { Failure } from './protocol.ts';

/** What a worker tells of an error. */
export function failureOf(error: unknown): Failure {
  const stack = error instanceof Error ? error.stack : undefined;
  const code = errorCode(error);
  return {
    message: messageOf(error),
    ...(stack !== undefined && { stack }),
    ...(error instanceof UsageError && { usage: true }),
    ...(code !== undefined && { code }),
  };
}

/** The error that it tells of: the same words and the same kind, with the stack of the process that it comes from. */
export function errorOf({ message, stack, usage }: Failure): Error {
  const error = usage ? new UsageError(message) : new RunError(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
