import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readCached, writeCached } from './cached-text.ts';
import { statOf } from './quick-files.ts';
import type { RunFacts } from './read-run.ts';
import { isRecent } from './stamp.ts';

/** Changes with what an index holds. */
const FORMAT = 3;

/** What the files of runs said when they had a stamp, by the run's directory. */
export interface RunIndex {
  get(directory: string, stamp: string): RunFacts | undefined;
  /** What is known of a directory that is as it was, by its own time; it has to be looked into where that is undefined. */
  unchanged(directory: string): Promise<IndexEntry | undefined>;
  /** Of a run that can't be read nothing is kept. */
  set(directory: string, entry: IndexEntry): void;
  remove(directory: string): void;
  /** Brings it to the disk where it has changed. A cache that can't be written is none, and nothing is lost by it. */
  save(): Promise<void>;
}

/** A run as it was last read. */
export interface IndexEntry {
  readonly stamp: string;
  readonly facts: RunFacts;
  /** When the directory was changed, by its file system: a file that is put in its place does that, one that is written over doesn't. */
  readonly changed: number;
}

/**
 * The index of the runs below a folder, so that a later lab need not read files that have not changed.
 * @param cache the lab's folder of caches
 * @param root the real path of the folder that is shown
 * @param version of this package: another one may read runs otherwise
 */
export async function openRunIndex(cache: string, root: string, version: string): Promise<RunIndex> {
  const path = join(cache, `index-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.json`);
  const stored = (await readCached(path)) as
    | { format?: unknown; version?: unknown; runs?: [string, IndexEntry][] }
    | undefined;
  const isOurs = stored?.format === FORMAT && stored.version === version;
  const entries = new Map<string, IndexEntry>(isOurs ? stored.runs : []);
  let changed = false;
  return {
    get(directory, stamp) {
      const entry = entries.get(directory);
      return entry?.stamp === stamp ? entry.facts : undefined;
    },
    async unchanged(directory) {
      const entry = entries.get(directory);
      const changed = entry && (await statOf(directory))?.mtimeMs;
      return changed !== undefined && changed === entry?.changed && !isRecent(changed) ? entry : undefined;
    },
    set(directory, entry) {
      // Why a run can't be read need not be in its files: the next one who asks reads it again.
      if (entry.facts.status === 'unreadable') changed = entries.delete(directory) || changed;
      else {
        entries.set(directory, entry);
        changed = true;
      }
    },
    remove(directory) {
      changed = entries.delete(directory) || changed;
    },
    async save() {
      if (!changed) return;
      changed = false;
      await writeCached(path, { format: FORMAT, version, runs: [...entries] }).catch(() => undefined);
    },
  };
}
