import { realpath } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import type { RunRow, RunStatus } from '../api.ts';
import { createFolderTree, type FolderTree, type TreeChanges } from './folder-tree.ts';
import { createFolderWatch } from './folder-watch.ts';
import { forEachOf, statOf } from './quick-files.ts';
import { type RunFacts, readRun, standingOf } from './read-run.ts';
import { runId } from './run-id.ts';
import { openRunIndex, type RunIndex } from './run-index.ts';
import { type RunStamp, rowStamp, stampOf } from './stamp.ts';

/** A run that is known. */
export interface StoredRun {
  readonly id: string;
  /** A real path. */
  readonly directory: string;
  readonly row: RunRow;
}

/** What listeners hear. */
export type RunNews =
  | { readonly type: 'run'; readonly run: StoredRun }
  | { readonly type: 'gone'; readonly id: string }
  /** Its figures, tables or files changed. */
  | { readonly type: 'outputs'; readonly id: string }
  /** It began, or went on: its lines may be written anew. */
  | { readonly type: 'session'; readonly id: string }
  /** The system says that its lines grew. */
  | { readonly type: 'lines'; readonly id: string };

/** The runs below some folders, as they are now. */
export interface RunStore {
  /** The newest first. */
  list(): readonly StoredRun[];
  get(id: string): StoredRun | undefined;
  /** @returns what ends it */
  listen(listener: (news: RunNews) => void): () => void;
  /** Looks at a run, or at a folder for new ones, now. */
  look(path: string): Promise<void>;
  /** Has the system tell of a run's lines, also where it isn't running; @returns what ends it */
  attend(id: string): () => void;
  /** Real paths of the folders that are shown. */
  readonly roots: readonly string[];
  close(): Promise<void>;
}

/** What `openRunStore` takes. */
export interface RunStoreOptions {
  /** Folders that are shown, as the user named them. */
  readonly places: readonly string[];
  /** The lab's folder of caches. */
  readonly cache: string;
  readonly version: string;
  /** Milliseconds between two looks at everything. */
  readonly pollMs: number;
}

interface Entry {
  readonly id: string;
  readonly directory: string;
  readonly place: Place;
  stamp: RunStamp;
  facts: RunFacts;
  status: RunStatus;
  row: RunRow;
  /** The folder's time when it was last looked at. */
  changed: number;
}

interface Place {
  readonly name: string;
  readonly root: string;
  readonly tree: FolderTree;
  readonly index: RunIndex;
}

const AT_ONCE = 64;
/** The time of a folder whose files have not been looked at: the next poll does. */
const UNSEEN = -2;
/** Runs whose folders are looked at in a poll; more take turns. Those that are at work are looked at each time. */
const LOOKS = 2000;
/** Times of files may have steps of two seconds: what changed so lately may have changed since. */
const RECENT_MS = 3000;
/** The system tells of one change several times. */
const SETTLE_MS = 30;

/** Finds the runs below some folders and follows them: by what the system tells of changes, and by a look every second, since network file systems tell nothing. */
export async function openRunStore({ places: names, cache, version, pollMs }: RunStoreOptions): Promise<RunStore> {
  const places = await Promise.all(names.map((name) => openPlace(name, cache, version)));
  const entries = new Map<string, Entry>();
  const byDirectory = new Map<string, Entry>();
  const folderTimes = new Map<string, number>();
  const listeners = new Set<(news: RunNews) => void>();
  const tell = (news: RunNews) => {
    for (const listener of listeners) listener(news);
  };
  let turn = 0;
  let closed = false;

  async function add(place: Place, directory: string, names: readonly string[]): Promise<void> {
    const id = runId(directory);
    if (entries.has(id)) return;
    const changed = (await statOf(directory))?.mtimeMs;
    if (changed === undefined) return;
    const { index } = place;
    const isSettled = Date.now() - changed > RECENT_MS;
    const known = isSettled ? index.at(directory, changed) : undefined;
    const stamp = known === undefined ? await rowStamp(directory, names) : { row: known.stamp, outputs: undefined };
    const facts = known?.facts ?? index.get(directory, stamp.row) ?? (await readRun(directory));
    if (known === undefined) index.set(directory, { stamp: stamp.row, facts, changed });
    const status = await standingOf(directory, facts);
    const said = { id, name: nameIn(place, directory), place: place.name, revision: 1 };
    const entry: Entry = {
      id,
      directory,
      place,
      stamp,
      facts,
      status,
      row: rowOf(facts, status, said),
      changed: known === undefined ? changed : UNSEEN,
    };
    entries.set(id, entry);
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
    await forEachOf(found, AT_ONCE, ([directory, names]) => add(place, directory, names));
  }

  async function refresh(entry: Entry): Promise<void> {
    const { directory, place, stamp: before } = entry;
    const stamp = await stampOf(directory);
    const isSame = stamp?.row === before.row;
    const facts = stamp === undefined || isSame ? entry.facts : await readRun(directory);
    // While a directory is removed some of its files are there.
    const isGone = stamp === undefined || (facts.status === 'unreadable' && (await stampOf(directory)) === undefined);
    if (isGone) return apply(place, await place.tree.look(directory));
    const status = await standingOf(directory, facts);
    if (entries.get(entry.id) !== entry) return;
    entry.stamp = stamp;
    entry.facts = facts;
    if (!isSame) place.index.set(directory, { stamp: stamp.row, facts, changed: entry.changed });
    const began = status === 'running' && entry.status !== 'running';
    if (!isSame || status !== entry.status) {
      entry.status = status;
      entry.row = rowOf(entry.facts, status, { ...entry.row, revision: entry.row.revision + 1 });
      tell({ type: 'run', run: entry });
    }
    if (began) tell({ type: 'session', id: entry.id });
    if (stamp.outputs !== (before.outputs ?? '-')) tell({ type: 'outputs', id: entry.id });
  }

  /** One after the other, so that a run's changes are told in their order. */
  const working = new Map<string, Promise<void>>();
  function alone(path: string, work: () => Promise<void>): Promise<void> {
    const next = (working.get(path) ?? Promise.resolve())
      .then(() => (closed ? undefined : work()))
      .catch(() => undefined);
    working.set(path, next);
    return next.finally(() => {
      if (working.get(path) === next) working.delete(path);
    });
  }

  function look(path: string): Promise<void> {
    const entry = byDirectory.get(path);
    if (entry !== undefined) return alone(path, () => refresh(entry));
    const place = places.find(({ tree }) => tree.has(path));
    if (place === undefined) return Promise.resolve();
    return alone(path, async () => apply(place, await place.tree.look(path)));
  }

  async function poll(): Promise<void> {
    const now = Date.now();
    const isFresh = (time: number) => now - time < RECENT_MS;
    for (const { tree } of places)
      await forEachOf(tree.folders(), AT_ONCE, async (path) => {
        const time = (await statOf(path))?.mtimeMs ?? -1;
        const before = folderTimes.get(path);
        folderTimes.set(path, time);
        if (before === undefined ? time !== -1 : time !== before || isFresh(time)) await look(path);
      });
    const all = [...entries.values()];
    const waiting = all.filter(({ status }) => status !== 'running');
    const first = waiting.length > LOOKS ? turn % waiting.length : 0;
    turn = first + LOOKS;
    const chosen = [...waiting, ...waiting].slice(first, first + Math.min(LOOKS, waiting.length));
    await forEachOf(chosen, AT_ONCE, async (entry) => {
      const time = (await statOf(entry.directory))?.mtimeMs ?? -1;
      const before = entry.changed;
      entry.changed = time;
      if (time !== before || isFresh(time)) await look(entry.directory);
    });
    await forEachOf(
      all.filter(({ status }) => status === 'running'),
      AT_ONCE,
      ({ directory }) => look(directory),
    );
    follow();
  }

  const settling = new Set<string>();
  const attended = new Set<string>();
  const watch = createFolderWatch((path, name) => {
    const entry = byDirectory.get(path);
    if (entry !== undefined && name?.endsWith('.jsonl')) return tell({ type: 'lines', id: entry.id });
    if (settling.has(path)) return;
    settling.add(path);
    setTimeout(() => {
      settling.delete(path);
      void look(path);
    }, SETTLE_MS).unref();
  });
  function follow(): void {
    if (closed) return;
    const running = [...entries.values()].filter(({ id, status }) => status === 'running' || attended.has(id));
    watch.setFolders([...places.flatMap(({ tree }) => tree.folders()), ...running.map(({ directory }) => directory)]);
  }

  await Promise.all(places.map(async (place) => apply(place, await place.tree.look(place.root))));
  follow();
  const saving = Promise.all(places.map(({ index }) => index.save()));

  let polling: Promise<void> = Promise.resolve();
  let timer = setTimeout(again, pollMs);
  function again(): void {
    polling = poll()
      .catch(() => undefined)
      .then(() => {
        if (!closed) timer = setTimeout(again, pollMs);
      });
  }

  return {
    list: () => [...entries.values()].sort((a, b) => (a.row.started < b.row.started ? 1 : -1)),
    get: (id) => entries.get(id),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look,
    attend(id) {
      attended.add(id);
      follow();
      return () => {
        attended.delete(id);
        follow();
      };
    },
    roots: places.map(({ root }) => root),
    async close() {
      closed = true;
      clearTimeout(timer);
      watch.close();
      listeners.clear();
      await polling;
      await saving;
      await Promise.all(places.map(({ index }) => index.save()));
    },
  };
}

async function openPlace(name: string, cache: string, version: string): Promise<Place> {
  const root = await realpath(name).catch(() => resolve(name));
  return { name, root, tree: createFolderTree(root), index: await openRunIndex(cache, root, version) };
}

/** Its place below the folder that is shown, or that folder's name where it is a run itself. */
function nameIn({ root }: Place, directory: string): string {
  return relative(root, directory).split(sep).join('/') || basename(root);
}

function rowOf(
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
