import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, writeError } from '@unbraid/checks/node';
import { RunError, UsageError } from '@unbraid/experiment';

/** A place beside the one that something is to have in the end. */
const beside = (path: string): string => join(dirname(resolve(path)), `.${basename(path)}.${randomUUID()}.tmp`);

/** What an experiment says of its lines it says itself. */
const failure = async (path: string, error: unknown): Promise<Error> =>
  error instanceof RunError || error instanceof UsageError ? error : writeError(error, path, 'export');

/**
 * A file that is there whole or not at all; one that was there is replaced.
 * @param write what writes it at another path
 */
export async function wholeFile(path: string, write: (path: string) => Promise<void>): Promise<void> {
  if ((await lstat(path).catch(() => undefined))?.isDirectory())
    throw new UsageError(`--out ${path}: this is a folder; name a file`);
  const candidate = beside(path);
  try {
    await write(candidate);
    const file = await open(candidate, 'r+');
    await file.sync().finally(() => file.close());
    await rename(candidate, path);
  } catch (error) {
    await rm(candidate, { force: true });
    throw await failure(path, error);
  }
}

/** A folder that is there whole or not at all. @throws {UsageError} where there is something already */
export async function wholeFolder(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const entries = await readdir(path).catch((error) => (errorCode(error) === 'ENOENT' ? undefined : ['it']));
  if (entries !== undefined && entries.length > 0)
    throw new UsageError(`--out ${path}: this is there already, and not empty; name a new folder`);
  const candidate = beside(path);
  try {
    await mkdir(candidate);
    await write(candidate);
    if (entries !== undefined) await rmdir(path);
    await rename(candidate, path);
  } catch (error) {
    await rm(candidate, { recursive: true, force: true });
    throw await failure(path, error);
  }
}
