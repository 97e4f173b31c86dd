import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../cluster.ts';

/** The way of a unit's states from a worker's folder to the database. */
export interface StateUploads {
  /** The file was written, or removed. */
  tell(file: string, isThere: boolean): void;
  /** Sends what has not been sent; ends when it is there. */
  flush(): Promise<void>;
  /** Sends nothing more: the unit is done, or somebody else's. */
  drop(): void;
  /** The files that were told of. */
  files(): string[];
}

/**
 * Sends the latest states of a unit, no more often than every few seconds: what a worker that dies takes with it is what was computed since.
 * @param onError hears of a database that stays away
 */
export function uploadStates(
  job: Pick<Job, 'saveState' | 'removeState'>,
  folder: string,
  seconds: number,
  onError: (error: unknown) => void,
): StateUploads {
  const told = new Set<string>();
  const pending = new Map<string, boolean>();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let isDropped = false;

  async function send(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    for (const [file, isThere] of [...pending]) {
      if (isDropped) return;
      pending.delete(file);
      if (!isThere) await job.removeState(file);
      else {
        // It may have been removed since, which will be told.
        const bytes = await readFile(join(folder, file)).catch(() => undefined);
        if (bytes !== undefined) await job.saveState(file, bytes);
      }
    }
  }

  return {
    tell(file, isThere) {
      told.add(file);
      pending.set(file, isThere);
      timer ??= setTimeout(() => {
        sending = sending.then(send);
        sending.catch(onError);
      }, seconds * 1000);
    },
    flush() {
      sending = sending.then(send);
      return sending;
    },
    drop() {
      isDropped = true;
      clearTimeout(timer);
    },
    files: () => [...told],
  };
}
