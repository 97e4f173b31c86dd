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
  const code = await tryMake(path, owner);
  if (code === 'ENOENT' && dirname(path) !== path) {
    await makeFolder(dirname(path), owner);
    await tryMake(path, owner);
  }
}

/** Undefined where the folder is there afterwards, `ENOENT` where the one above it is not. */
async function tryMake(path: string, owner: string): Promise<'ENOENT' | undefined> {
  try {
    await mkdir(path);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return code;
    const isThere = (await stat(path).catch(() => undefined))?.isDirectory();
    if (isThere) return undefined;
    throw fileError(error, 'make the folder', path, owner);
  }
}
