import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, fileError } from './file-errors.ts';

/**
 * Makes a folder and those above it; one that is there already is as good.
 *
 * Node's own recursive `mkdir` says "no such file" where the file system is read-only.
 *
 * @param owner the package that asks, which the error begins with.
 * @throws one line that names the folder that cannot be made.
 */
export async function makeFolder(path: string, owner = 'data'): Promise<void> {
  const missing = await tryMake(path, owner);
  if (missing === undefined) return;
  const above = dirname(path);
  if (above !== path) {
    await makeFolder(above, owner);
    if ((await tryMake(path, owner)) === undefined) return;
  }
  throw fileError(missing, 'make the folder', path, owner);
}

/** Undefined where the folder is there afterwards, the system's error where the one above it is not. */
async function tryMake(path: string, owner: string): Promise<unknown> {
  try {
    await mkdir(path);
    return undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return error;
    const isThere = (await stat(path).catch(() => undefined))?.isDirectory();
    if (isThere) return undefined;
    throw fileError(error, 'make the folder', path, owner);
  }
}
