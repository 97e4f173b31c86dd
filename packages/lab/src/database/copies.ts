import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DamagedError } from '@unbraid/experiment';
import { openRunCopy, type RunCopy } from '@unbraid/experiment/directory';
import { isSweep } from '@unbraid/experiment/sweep';
import type { DatabaseFollower, FollowedRun } from './follow-database.ts';
import { secondsOf } from './row-of-run.ts';

/** Copies that are held; those that were not asked for the longest go first. */
const MOST_COPIES = 20;
/** Milliseconds that somebody who asks waits at most; what isn't copied by then comes later. */
const PATIENCE_MS = 2000;
/** Milliseconds for which nothing is copied after a copy could not be written: a disk that is full would be filled over and over. */
const REST_MS = 10_000;

/** What of a run's units is copied. */
export interface CopyState {
  /** Units whose lines, figures and tables are in it. */
  readonly copied: number;
  /** Units whose values are in a store for large ones, or can't be read. */
  readonly leftOut: number;
}

/** Directories of runs that only a database has: what their units have put out so far, copied when somebody looks. */
export interface Copies {
  directoryOf(id: string): string;
  /** Brings the copy up to date; waits for two seconds at most, and never rejects: what can't be had now comes when it is asked for again. */
  refresh(id: string, run: FollowedRun): Promise<void>;
  state(id: string): CopyState;
  drop(id: string): Promise<void>;
  close(): Promise<void>;
}

/** What copies are made of. */
export interface CopiesParts {
  readonly follower: Pick<DatabaseFollower, 'ask'>;
  /** Lines, or lists of outputs, of a run have grown. */
  onGrown(id: string, what: 'lines' | 'outputs'): void;
}

interface Held {
  readonly opened: Promise<RunCopy>;
  /** Keys of units that are in it, or never will be. */
  readonly seen: Set<string>;
  leftOut: number;
  /** When the newest of them ended, by the database's clock. */
  newest: number | undefined;
  /** What was seen when all was copied. */
  said: string;
  working: Promise<void> | undefined;
}

/** In a folder of this process's own, for its user alone, which is gone when it is closed. */
export function createCopies({ follower, onGrown }: CopiesParts): Copies {
  const folder = join(tmpdir(), `unbraid-lab-${randomUUID()}`);
  /** In the order in which they were asked for. */
  const held = new Map<string, Held>();
  /** Directories that are about to be removed, by run: another copy waits for that. */
  const leaving = new Map<string, Promise<void>>();
  let restsUntil = 0;
  let closed = false;
  const directoryOf = (id: string) => join(folder, id);

  async function open(id: string, { config }: FollowedRun): Promise<RunCopy> {
    await leaving.get(id);
    // Each time: where it could not be made, or was cleared away, it is made now.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Of a copy that could not be opened, or not be removed.
    await rm(directoryOf(id), { recursive: true, force: true });
    return openRunCopy(directoryOf(id), config, { checkpoints: isSweep(config.experiment) });
  }

  async function advance(id: string, entry: Held, run: FollowedRun): Promise<void> {
    const copy = await entry.opened;
    const said = JSON.stringify([run.status, run.units.done]);
    if (said === entry.said) return;
    // A run that is done has its values in its directory, and none in the database.
    const ended = run.status === 'done' ? [] : await follower.ask((view) => view.ended(run.id, entry.newest));
    let grownOutputs = 0;
    for (const { key, at, bytes } of ended) {
      if (closed || held.get(id) !== entry) return;
      if (entry.seen.has(key)) continue;
      // Undefined: in a store.
      const value =
        bytes === undefined ? undefined : await unlessDamaged(follower.ask((view) => view.value(run.id, key)));
      const added = value === undefined ? undefined : await unlessDamaged(put(id, entry, value));
      entry.seen.add(key);
      entry.newest = Math.max(entry.newest ?? at, at);
      if (added === undefined) entry.leftOut++;
      else grownOutputs += added.outputs;
      if (added !== undefined && added.lines > 0) onGrown(id, 'lines');
    }
    const { status, error } = run;
    const state = status === 'offered' ? 'running' : status === 'cancelled' ? 'interrupted' : status;
    await copy.flush({ status: state, seconds: secondsOf(run), ...(error !== undefined && { error }) });
    if (grownOutputs > 0 || entry.said === '') onGrown(id, 'outputs');
    entry.said = said;
  }

  /** A copy that has a part of a unit, since a disk was full or its folder is gone, is begun anew for those who ask later. */
  async function put(id: string, entry: Held, value: Uint8Array) {
    try {
      return await (await entry.opened).add(value);
    } catch (error) {
      if (!(error instanceof DamagedError)) {
        restsUntil = Date.now() + REST_MS;
        if (held.get(id) === entry) void drop(id);
      }
      throw error;
    }
  }

  async function remove(id: string, { working, opened }: Held): Promise<void> {
    await working;
    await opened.then((copy) => copy.close()).catch(() => undefined);
    // What can't be removed now is when another copy is opened there, or with the folder.
    await rm(directoryOf(id), { recursive: true, force: true }).catch(() => undefined);
  }

  async function drop(id: string): Promise<void> {
    const entry = held.get(id);
    if (entry === undefined) return;
    held.delete(id);
    const removed = remove(id, entry);
    leaving.set(id, removed);
    await removed;
    if (leaving.get(id) === removed) leaving.delete(id);
  }

  return {
    directoryOf,
    async refresh(id, run) {
      if (closed || Date.now() < restsUntil) return;
      const entry = held.get(id) ?? {
        opened: open(id, run),
        seen: new Set<string>(),
        leftOut: 0,
        newest: undefined,
        said: '',
        working: undefined,
      };
      held.delete(id);
      held.set(id, entry);
      // Such as a disk that is full: the next who asks tries again.
      entry.opened.catch(() => void (held.get(id) === entry && held.delete(id)));
      const [oldest] = held.keys();
      if (held.size > MOST_COPIES && oldest !== undefined) void drop(oldest);
      entry.working ??= advance(id, entry, run)
        .catch(() => undefined)
        .finally(() => {
          entry.working = undefined;
        });
      await Promise.race([entry.working, pause(PATIENCE_MS, undefined, { ref: false })]);
    },
    state(id) {
      const entry = held.get(id);
      return { copied: (entry?.seen.size ?? 0) - (entry?.leftOut ?? 0), leftOut: entry?.leftOut ?? 0 };
    },
    drop,
    async close() {
      closed = true;
      for (const id of held.keys()) void drop(id);
      await Promise.all(leaving.values());
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Undefined of what is damaged, and will be. @throws what else keeps it from being had */
async function unlessDamaged<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}
