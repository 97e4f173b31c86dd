import { constants, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { errorCode } from '@unbraid/checks/node';
import { z } from 'zod';
import { RunError } from './errors.ts';

/** `no space left on device (ENOSPC)`: a system error without the call that it came from. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, code, reason] = /^(E[A-Z0-9]+): ([^,]*)/.exec(message) ?? [];
  if (code === 'EISDIR') return 'it is a folder, and should be a file: move it away (EISDIR)';
  return code === undefined ? message : `${reason} (${code})`;
}

export function fileFailure(doing: string, path: string, error: unknown): RunError {
  return new RunError(`experiment: cannot ${doing} ${path}: ${reasonOf(error)}`, { cause: error });
}

/**
 * What `read` makes of the file's content.
 * @throws RunError naming the file and what to do about it, where `read` throws anything else
 */
export function remedied<T>(path: string, remedy: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RunError) throw error;
    const place = error instanceof z.ZodError ? ` (at ${error.issues[0]?.path.join('.') || 'its top'})` : '';
    const message = `experiment: ${path} is damaged or from another version${place}; ${remedy}`;
    throw new RunError(message, { cause: error });
  }
}

/** The text of a file, or undefined where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileFailure('read', path, error);
  }
}

/** Not through a link, which may have come with a directory from elsewhere, to a file that is not the run's. */
const EMPTIED = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

/** Opens a file that is new or emptied by that, to read and write. @throws the system's error */
export function openEmptied(path: string): number {
  return openSync(path, EMPTIED);
}
