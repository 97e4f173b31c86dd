import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runFiles } from '../run/config.ts';
import { openLiveFile, readLiveFile } from '../run/live-file.ts';

const workerSchema = z.object({
  process: z.int(),
  threads: z.int().min(1),
  /** When it was started, when it was given the unit that it is at, and when it last said something: ISO 8601. */
  began: z.string(),
  since: z.string().optional(),
  heard: z.string(),
  /** The unit that it is at. */
  unit: z.string().optional(),
  /** Units that it has done, and the time that these took, in seconds. */
  done: z.int().min(0),
  seconds: z.number().min(0),
});

const workersSchema = z.object({ machine: z.string(), workers: z.array(workerSchema) });

/** A process of the run's machine that does units. */
export type StoredWorker = Readonly<z.output<typeof workerSchema>>;

/** `workers.json`: who does units of a run while it goes on, where others than the run's own process do. */
export type StoredWorkers = Readonly<z.output<typeof workersSchema>>;

/** Undefined where there is none, or it can't be understood: no result depends on it. A run that was killed leaves it there. */
export async function readWorkers(directory: string): Promise<StoredWorkers | undefined> {
  return readLiveFile(join(directory, runFiles.workers), workersSchema);
}

/** Keeps `workers.json`. */
export interface WorkersFile {
  /** Something has changed: it is written at once, or when a second has passed since the last time. */
  update(): void;
  /** Takes it away: a run that has ended has no workers. */
  end(): void;
}

/** What can't be written is left out: no result depends on it. @param now who works */
export function openWorkersFile(directory: string, now: () => readonly StoredWorker[]): WorkersFile {
  const path = join(directory, runFiles.workers);
  const machine = hostname();
  const file = openLiveFile(path, (): StoredWorkers => ({ machine, workers: [...now()] }));
  return {
    update: file.update,
    end() {
      file.end();
      try {
        rmSync(path, { force: true });
      } catch {
        // It is left as by a run that was killed: what has ended is not read for its workers.
      }
    },
  };
}
