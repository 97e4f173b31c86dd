import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, fileError } from '@unbraid/checks/node';

/**
 * Makes a folder and those above it; one that is there already is as good.
 *
 * Node's own recursive `mkdir` says "no such file" where the file system is read-only.
 *
 * @throws one line that names the folder that cannot be made.
 */
export async function makeFolder(path: string): Promise<void> {
  const code = await tryMake(path);
  if (code === 'ENOENT' && dirname(path) !== path) {
    await makeFolder(dirname(path));
    await tryMake(path);
  }
}

/** Undefined where the folder is there afterwards, `ENOENT` where the one above it is not. */
async function tryMake(path: string): Promise<'ENOENT' | undefined> {
  try {
    await mkdir(path);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return code;
    const isThere = (await stat(path).catch(() => undefined))?.isDirectory();
    if (isThere) return undefined;
    throw fileError(error, 'make the folder', path);
  }
}
