import type { RunRow, RunStatus } from '../api.ts';
import type { FoundRun } from './folder-tree.ts';
import { nameIn, type Place } from './places.ts';
import { statOf } from './quick-files.ts';
import { type RunFacts, readRun, standingOf } from './read-run.ts';
import { runId } from './run-id.ts';
import type { StoredRun } from './run-store.ts';
import { type RunStamp, rowStamp } from './stamp.ts';

/** A run as it was last read. */
export interface RunEntry extends StoredRun {
  readonly place: Place;
  stamp: RunStamp;
  facts: RunFacts;
  status: RunStatus;
  row: RunRow;
  /** The folder's time when it was last looked at. */
  changed: number;
}

/** The time of a folder whose files have not been looked at: the next poll does. */
const UNSEEN = -2;
/** Reads a run, or takes what its place's index knows of it; undefined where its directory is gone. */
export async function readEntry(place: Place, { directory, names, known }: FoundRun): Promise<RunEntry | undefined> {
  const { index } = place;
  const changed = known?.changed ?? (await statOf(directory))?.mtimeMs;
  if (changed === undefined) return undefined;
  const stamp = known === undefined ? await rowStamp(directory, names) : { row: known.stamp, outputs: undefined };
  const facts = known?.facts ?? index.get(directory, stamp.row) ?? (await readRun(directory));
  if (known === undefined) index.set(directory, { stamp: stamp.row, facts, changed });
  const status = await standingOf(directory, facts);
  const id = runId(directory);
  const said = { id, name: nameIn(place, directory), place: place.name, revision: 1 };
  return {
    id,
    directory,
    place,
    stamp,
    facts,
    status,
    row: rowOf(facts, status, said),
    changed: known === undefined ? changed : UNSEEN,
  };
}

/** The row of the list that the facts of a run make. */
export function rowOf(
  { error, progress, ...facts }: RunFacts,
  status: RunStatus,
  { id, name, place, revision }: Pick<RunRow, 'id' | 'name' | 'place' | 'revision'>,
): RunRow {
  const { secondsLeft, ...counts } = progress ?? { done: 0, total: 0 };
  return {
    id,
    name,
    place,
    ...facts,
    status,
    ...(error !== undefined && { error }),
    ...(progress !== undefined && {
      // Nobody is at it: nothing can be said of the time that is left.
      progress: status === 'running' && secondsLeft !== undefined ? { ...counts, secondsLeft } : counts,
    }),
    revision,
  };
}
