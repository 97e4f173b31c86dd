import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '@unbraid/checks/node';
import { messageOf, RunError } from '@unbraid/experiment';
import type { Store } from './store.ts';

/** A folder that all machines share. */
export function folderStore(folder: string): Store {
  const pathOf = (name: string) => join(folder, ...name.split('/'));
  const failure = (doing: string, path: string, error: unknown) =>
    new RunError(`cluster: cannot ${doing} ${path}: ${messageOf(error)}`, { cause: error });
  return {
    async put(name, bytes) {
      const path = pathOf(name);
      const candidate = `${path}.${randomUUID()}.tmp`;
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(candidate, 'wx');
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        // Unlike renaming, it takes no file's place.
        await link(candidate, path);
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return;
        throw failure('write', path, error);
      } finally {
        await rm(candidate, { force: true }).catch(() => undefined);
      }
    },
    async get(name) {
      const path = pathOf(name);
      try {
        return await readFile(path);
      } catch (error) {
        throw failure('read', path, error);
      }
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
  };
}
