import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readCached, writeCached } from './cached-text.ts';
import type { RunFacts } from './read-run.ts';

/** Changes with what an index holds. */
const FORMAT = 1;

/** What the files of runs said when they had a stamp, by the run's directory. */
export interface RunIndex {
  get(directory: string, stamp: string): RunFacts | undefined;
  set(directory: string, stamp: string, facts: RunFacts): void;
  remove(directory: string): void;
  /** Brings it to the disk where it has changed. A cache that can't be written is none, and nothing is lost by it. */
  save(): Promise<void>;
}

interface Entry {
  readonly stamp: string;
  readonly facts: RunFacts;
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
    | { format?: unknown; version?: unknown; runs?: [string, Entry][] }
    | undefined;
  const isOurs = stored?.format === FORMAT && stored.version === version;
  const entries = new Map<string, Entry>(isOurs ? stored.runs : []);
  let changed = false;
  return {
    get(directory, stamp) {
      const entry = entries.get(directory);
      return entry?.stamp === stamp ? entry.facts : undefined;
    },
    set(directory, stamp, facts) {
      entries.set(directory, { stamp, facts });
      changed = true;
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
