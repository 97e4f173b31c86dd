import { messageOf, RunError, UsageError } from '@unbraid/experiment';
import type { Address } from './address.ts';

/** Of the system and of Postgres: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** The server or the way to it went away, or is too busy just now: the same may go well later. */
const PASSING = [
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  // Shut down, crashed, starting, too many connections, deadlock, serialization.
  ...['57P01', '57P02', '57P03', '53300', '40P01', '40001'],
  // Disk full, out of memory: the server's administrator may help.
  ...['53100', '53200'],
];

export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== '') return PASSING.includes(code) || code.startsWith('08');
  // The driver's own, which have no code.
  return /connection terminated|connection error|timeout exceeded|read timeout|not queryable|client was closed/i.test(
    messageOf(error),
  );
}

/** What a user should read of a failure to connect. */
export function connectFailure(error: unknown, { shown }: Address): Error {
  const { hostname, port, username, pathname } = new URL(shown);
  const name = decodeURIComponent(pathname.slice(1));
  const cause = { cause: error };
  const fail = (text: string) => new UsageError(`cluster: ${text}`, cause);
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOENT':
      return fail(
        `no Postgres answers at ${hostname || 'the local socket'}:${port || 5432} (${codeOf(error)}); start it, or mend the address ${shown}`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(`there is no host ${hostname} (${codeOf(error)}); mend the address ${shown}`);
    case '3D000':
      return fail(`there is no database "${name}" at ${shown}; create it (createdb ${name}), or mend the address`);
    case '28P01':
      return fail(
        `the password of ${username || 'the user'} is wrong for ${shown}; put the right one into the address, PGPASSWORD or ~/.pgpass`,
      );
    case '28000':
      return fail(`${shown} lets ${username || 'this user'} not in: ${messageOf(error)}`);
    default:
      if (/password must be a string|no password/i.test(messageOf(error)))
        return fail(`${shown} asks for a password; put it into the address, PGPASSWORD or ~/.pgpass`);
      return new RunError(`cluster: cannot connect to ${shown}: ${messageOf(error)}`, cause);
  }
}

/** What a user should read of a statement that failed. */
export function statementFailure(error: unknown, { shown }: Address): Error {
  if (error instanceof RunError || error instanceof UsageError) return error;
  const cause = { cause: error };
  switch (codeOf(error)) {
    case '53100':
      return new RunError(`cluster: the disk of the database ${shown} is full; make room there, then go on`, cause);
    case '42501':
      return new UsageError(
        `cluster: the user of ${shown} may not do this (${messageOf(error)}); ask the database's owner`,
        cause,
      );
    default:
      return new RunError(
        isPassing(error)
          ? `cluster: the database ${shown} can't be reached: ${messageOf(error) || codeOf(error)}`
          : `cluster: the database ${shown} failed: ${messageOf(error)}`,
        cause,
      );
  }
}
