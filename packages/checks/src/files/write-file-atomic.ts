import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../input-error.ts';
import { errorCode, fileError } from './file-errors.ts';

/**
 * Writes a file whole or not at all: into a temporary name in the same folder, flushed to the disk, then renamed.
 * Readers see the old content or the new, never a part. A file that was there is replaced.
 *
 * Why not a library: `write-file-atomic` and `atomically` write with one `fs.write` and do not look at how much of it
 * was written, so a disk that fills up in the middle leaves a short file under the final name.
 *
 * @param content bytes, or text to be written as UTF-8.
 * @param owner the package that asks, which the error begins with.
 * @throws one line that names the path where it cannot be written (missing folder, read-only folder, full disk); the
 *   temporary file is then gone and a file that was there is as it was.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, owner = 'data'): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeFlushed(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw await writeError(error, path, owner);
  }
}

async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Why a file can't be written, in one line that names it. @param owner the package that asks, which the error begins with. */
export async function writeError(error: unknown, path: string, owner: string): Promise<Error> {
  if (error instanceof InputError) return error;
  const folder = dirname(path);
  const missing = errorCode(error) === 'ENOENT' && (await stat(folder).catch(() => undefined)) === undefined;
  if (!missing) return fileError(error, 'write', path, owner);
  return new InputError(
    'file',
    `${owner}: cannot write ${path}: the folder ${folder} does not exist; create it first`,
    {
      cause: error,
    },
  );
}
