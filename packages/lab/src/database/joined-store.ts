import type { RunRow } from '../api.ts';
import { newestFirst, type RunNews, type RunStore, type StoredRun } from '../runs/run-store.ts';
import type { DatabaseRun, DatabaseStore } from './database-store.ts';
import { countsOf, statusOf } from './row-of-run.ts';

/** Runs of folders and of a database, each once. */
export interface JoinedStore extends RunStore {
  /** What the database has of a run, whether its directory is shown or not. */
  inDatabase(run: StoredRun): DatabaseRun | undefined;
}

/** A run whose directory is shown is that of its directory, with its units and workers by the database; others are rows by what the database knows. */
export function joinStores(folders: RunStore, database: DatabaseStore): JoinedStore {
  const listeners = new Set<(news: RunNews) => void>();
  /** Ids of runs in folders, by fingerprint: a directory may have been copied. */
  const places = new Map<string, Set<string>>();
  const fingerprints = new Map<string, string>();
  /** Ids of rows by what the database knows, by fingerprint. */
  const remote = new Map<string, string>();
  /** What was told of, by id. */
  const shown = new Map<string, StoredRun>();
  const tell = (news: RunNews) => {
    for (const listener of listeners) listener(news);
  };

  function forget(id: string): void {
    const fingerprint = fingerprints.get(id);
    if (fingerprint === undefined) return;
    fingerprints.delete(id);
    const ids = places.get(fingerprint);
    ids?.delete(id);
    if (ids?.size === 0) places.delete(fingerprint);
  }

  function place({ id, row }: StoredRun): void {
    if (fingerprints.get(id) === row.fingerprint) return;
    forget(id);
    if (row.fingerprint === undefined) return;
    fingerprints.set(id, row.fingerprint);
    places.set(row.fingerprint, (places.get(row.fingerprint) ?? new Set()).add(id));
  }

  /** Rows count up with every change, whichever side it comes from. */
  function show(run: StoredRun): void {
    const revision = (shown.get(run.id)?.row.revision ?? 0) + 1;
    const next = { id: run.id, directory: run.directory, row: { ...run.row, revision } };
    shown.set(run.id, next);
    tell({ type: 'run', run: next });
  }

  function hide(id: string): void {
    if (shown.delete(id)) tell({ type: 'gone', id });
  }

  function showFolder(run: StoredRun): void {
    const { fingerprint } = run.row;
    const found = fingerprint === undefined ? undefined : database.of(fingerprint);
    show(found === undefined ? run : { ...run, row: withUnits(run.row, found) });
  }

  /** All rows of a fingerprint, anew. */
  function showAll(fingerprint: string): void {
    const found = database.of(fingerprint);
    const ids = places.get(fingerprint);
    for (const id of ids ?? []) {
      const run = folders.get(id);
      if (run !== undefined) showFolder(run);
    }
    const own = remote.get(fingerprint);
    if (found !== undefined && ids === undefined) {
      remote.set(fingerprint, found.id);
      show(found);
    } else if (own !== undefined) {
      remote.delete(fingerprint);
      hide(own);
    }
  }

  function hearFolders(news: RunNews): void {
    if (news.type === 'run') {
      const { fingerprint } = news.run.row;
      const before = fingerprints.get(news.run.id);
      const isNew = fingerprint !== undefined && !places.has(fingerprint);
      place(news.run);
      // Another run lies there now: the former one may be a row of the database again.
      if (before !== undefined && before !== fingerprint) showAll(before);
      if (isNew) showAll(fingerprint);
      else showFolder(news.run);
    } else if (news.type === 'gone') {
      const fingerprint = fingerprints.get(news.id);
      forget(news.id);
      hide(news.id);
      if (fingerprint !== undefined) showAll(fingerprint);
    } else tell(news);
  }

  for (const run of folders.list()) {
    place(run);
    showFolder(run);
  }
  for (const { fingerprint } of database.list()) if (!places.has(fingerprint)) showAll(fingerprint);
  const stops = [
    folders.listen(hearFolders),
    database.listen((news) => {
      if (news.type === 'changed') showAll(news.fingerprint);
      else if (news.type === 'workers') for (const id of idsOf(news.fingerprint)) tell({ type: 'workers', id });
      else if (news.type === 'state') tell({ type: 'lab' });
      else tell(news);
    }),
  ];

  function idsOf(fingerprint: string): readonly string[] {
    const own = remote.get(fingerprint);
    return [...(places.get(fingerprint) ?? (own === undefined ? [] : [own]))];
  }

  const inDatabase = ({ row }: StoredRun) => (row.fingerprint === undefined ? undefined : database.of(row.fingerprint));

  return {
    list: () => [...shown.values()].sort(newestFirst),
    get: (id) => shown.get(id),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look: folders.look,
    attend(id) {
      const run = shown.get(id);
      const found = run?.row.remote ? inDatabase(run) : undefined;
      return found === undefined ? folders.attend(id) : database.attend(found);
    },
    roots: folders.roots,
    inDatabase,
    async close() {
      for (const stop of stops) stop();
      listeners.clear();
      await Promise.all([folders.close(), database.close()]);
    },
  };
}

/** A run that was left to workers goes on, though no process is at its directory. */
function withUnits(row: RunRow, { followed }: DatabaseRun): RunRow {
  const status = statusOf(followed);
  const isLeft = row.status === 'interrupted' || row.status === 'killed';
  const goesOn = status === 'running' || status === 'waiting';
  const units = countsOf(followed);
  return {
    ...row,
    units,
    ...(isLeft &&
      goesOn && { status, progress: { done: units.done, total: units.total, label: 'units given out so far' } }),
  };
}
