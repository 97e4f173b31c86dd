import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LevelContent, type LevelFile, openLevels, writeLevels } from './level-file.ts';

/** Levels of curves on the disk, by the run and what its curves are drawn along. */
export interface LevelCache {
  /** Undefined where there are none of this stamp. Whoever gets it closes it. */
  open(id: string, x: string | undefined, stamp: string): Promise<LevelFile | undefined>;
  /** @returns whether it was written: a cache that can't be is none, and nothing is lost by it */
  write(id: string, x: string | undefined, content: LevelContent): Promise<boolean>;
}

/** Bytes written after which is looked whether there are too many. */
const LOOK_BYTES = 2 ** 28;

/**
 * @param folder that is the cache's own
 * @param mostBytes after which what was written first is removed
 * @param version of this package: what another one wrote is made anew in its place
 */
export function createLevelCache(folder: string, mostBytes: number, version: string): LevelCache {
  let written = LOOK_BYTES;
  const ownStamp = (stamp: string) => `${version} ${stamp}`;
  const pathOf = (id: string, x: string | undefined) =>
    join(folder, `${id}-${x === undefined ? 'own' : createHash('sha256').update(x).digest('hex').slice(0, 12)}.levels`);
  return {
    async open(id, x, stamp) {
      const file = await openLevels(pathOf(id, x));
      if (file === undefined || file.head.stamp === ownStamp(stamp)) return file;
      await file.close();
      return undefined;
    },
    async write(id, x, content) {
      try {
        written += await writeLevels(pathOf(id, x), { ...content, stamp: ownStamp(content.stamp) });
      } catch {
        return false;
      }
      if (written < LOOK_BYTES) return true;
      written = 0;
      // What can't be removed now is, or isn't there any more, the next time.
      await prune(folder, mostBytes).catch(() => undefined);
      return true;
    },
  };
}

async function prune(folder: string, mostBytes: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= mostBytes) return;
    await rm(path, { force: true });
    total -= size;
  }
}
