import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkPath, writeError } from '@unbraid/checks/node';

/** A file that is there once it is whole, and until then under another name in the same folder. */
export interface AtomicFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Flushes it to the disk and gives it its name; a file that was there is replaced. */
  finish(): Promise<void>;
  /** Removes what was written. */
  remove(): Promise<void>;
}

/** @throws {InputError} `file`, one line that names the path, here and in what it gives; what was written is then gone */
export async function createAtomicFile(path: string): Promise<AtomicFile> {
  checkPath(path, 'table');
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const tried = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await remove();
      throw await writeError(error, path, 'table');
    }
  };
  let file: FileHandle | undefined;
  const remove = async () => {
    await file?.close();
    file = undefined;
    await rm(temporary, { force: true });
  };
  file = await tried(() => open(temporary, 'wx'));
  return {
    append: (bytes) => tried(() => file!.writeFile(bytes)),
    finish: () =>
      tried(async () => {
        await file!.sync();
        await file!.close();
        file = undefined;
        await rename(temporary, path);
      }),
    remove,
  };
}
