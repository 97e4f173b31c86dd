import type { FoundRun, TreeChanges } from './folder-tree.ts';
import type { Place } from './places.ts';
import { forEachOf } from './quick-files.ts';
import { readRun, standingOf } from './read-run.ts';
import { type RunEntry, readEntry, rowOf } from './run-entry.ts';
import type { RunNews } from './run-store.ts';
import { stampOf } from './stamp.ts';

/** The runs that were found, as they were last read. */
export interface KnownRuns {
  all(): RunEntry[];
  get(id: string): RunEntry | undefined;
  in(directory: string): RunEntry | undefined;
  /** Takes in what a look into a folder of a place came to. */
  apply(place: Place, changes: TreeChanges): Promise<void>;
  /** Reads a run again where its files have changed, and tells what did. */
  refresh(entry: RunEntry): Promise<void>;
}

/** Runs that are read at a time. */
const AT_ONCE = 64;

/** Begins with none. @param tell hears of every change */
export function createKnownRuns(tell: (news: RunNews) => void): KnownRuns {
  const entries = new Map<string, RunEntry>();
  const byDirectory = new Map<string, RunEntry>();

  async function add(place: Place, found: FoundRun): Promise<void> {
    const { directory } = found;
    // Folders that are shown may overlap.
    if (byDirectory.has(directory)) return;
    const entry = await readEntry(place, found);
    if (entry === undefined || entries.has(entry.id)) return;
    entries.set(entry.id, entry);
    byDirectory.set(directory, entry);
    tell({ type: 'run', run: entry });
  }

  function remove(directory: string): void {
    const entry = byDirectory.get(directory);
    if (entry === undefined) return;
    entry.place.index.remove(directory);
    byDirectory.delete(directory);
    entries.delete(entry.id);
    tell({ type: 'gone', id: entry.id });
  }

  async function apply(place: Place, { found, lost }: TreeChanges): Promise<void> {
    for (const directory of lost) remove(directory);
    await forEachOf(found, AT_ONCE, (run) => add(place, run));
  }

  async function refresh(entry: RunEntry): Promise<void> {
    const { directory, place, stamp: before, facts: known } = entry;
    const stamp = await stampOf(directory);
    // What could not be read may be readable now though nothing was written: too many files were open, or a right was missing.
    const isSame = stamp?.row === before.row && known.status !== 'unreadable';
    const facts = stamp === undefined || isSame ? known : await readRun(directory);
    // While a directory is removed some of its files are there.
    const isGone = stamp === undefined || (facts.status === 'unreadable' && (await stampOf(directory)) === undefined);
    if (isGone) return apply(place, await place.tree.look(directory));
    const status = await standingOf(directory, facts);
    if (entries.get(entry.id) !== entry) return;
    entry.stamp = stamp;
    entry.facts = facts;
    if (!isSame) place.index.set(directory, { stamp: stamp.row, facts, changed: entry.changed });
    const began = status === 'running' && entry.status !== 'running';
    if (stamp.row !== before.row || facts.error !== known.error || status !== entry.status) {
      entry.status = status;
      entry.row = rowOf(entry.facts, status, { ...entry.row, revision: entry.row.revision + 1 });
      tell({ type: 'run', run: entry });
    }
    if (began) tell({ type: 'session', id: entry.id });
    if (stamp.outputs !== (before.outputs ?? '-')) tell({ type: 'outputs', id: entry.id });
  }

  return {
    all: () => [...entries.values()],
    get: (id) => entries.get(id),
    in: (directory) => byDirectory.get(directory),
    apply,
    refresh,
  };
}
