import { UsageError } from '@unbraid/experiment';

/** Where a database is. */
export interface Address {
  /** As given, with the password where it holds one: for the driver alone. */
  readonly url: string;
  /** For people: without password and options. */
  readonly shown: string;
}

/** @throws {UsageError} where it is no address of a Postgres database; it never says a password */
export function readAddress(text: string): Address {
  const wanted =
    'give one like postgres://USER@HOST:5432/DATABASE, with the password in it, in PGPASSWORD or in ~/.pgpass';
  if (!/^postgres(?:ql)?:\/\//.test(text)) {
    throw new UsageError(`cluster: ${hidden(text)} is no address of a Postgres database; ${wanted}`);
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`cluster: ${hidden(text)} can't be read as an address; ${wanted}`);
  }
  if (url.pathname.includes('@')) {
    throw new UsageError(
      `cluster: ${hidden(text)} has an @ behind its host; write @ and / of a password as %40 and %2F`,
    );
  }
  if (url.pathname.length < 2) throw new UsageError(`cluster: ${hidden(text)} names no database; ${wanted}`);
  const user = url.username === '' ? '' : `${decoded(url.username)}@`;
  return { url: text, shown: `postgres://${user}${url.host}${url.pathname}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whatever a user may have meant as a password is left out: all between the scheme and the last @, and options. */
function hidden(text: string): string {
  const [scheme = ''] = /^[a-z]{1,20}:\/\//i.exec(text) ?? [];
  const [before = ''] = text.split(/[?#]/, 1);
  const at = text.lastIndexOf('@');
  const shown = at < 0 ? before : `${scheme}…${at < before.length ? before.slice(at) : ''}`;
  return `"${shown.slice(0, 80)}"`;
}
