import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterView } from '@unbraid/cluster';
import { messageOf } from '@unbraid/experiment';
import { HTTPException } from 'hono/http-exception';
import type { DatabaseState, RunWorkers } from '../api.ts';
import { runId } from '../runs/run-id.ts';
import type { RunNews, StoredRun } from '../runs/run-store.ts';
import { createCopies } from './copies.ts';
import { type FollowedRun, followDatabase } from './follow-database.ts';
import { rowOfRun, saysTheSame } from './row-of-run.ts';
import { createWorkersReader } from './workers.ts';

/** A run of the database, as a row without its directory. */
export interface DatabaseRun extends StoredRun {
  readonly fingerprint: string;
  readonly followed: FollowedRun;
}

/** What listeners hear. */
export type DatabaseNews =
  /** A run is there, has changed, or is gone. */
  | { readonly type: 'changed'; readonly fingerprint: string }
  | { readonly type: 'state' }
  /** Of one whose workers somebody asked for a moment ago. */
  | { readonly type: 'workers'; readonly fingerprint: string }
  | Extract<RunNews, { readonly type: 'lines' | 'outputs' }>;

/** The runs of a database, as they are now or were when it was last heard of. */
export interface DatabaseStore {
  state(): DatabaseState;
  list(): readonly DatabaseRun[];
  /** @param fingerprint of `config.json` */
  of(fingerprint: string): DatabaseRun | undefined;
  /** @returns what ends it */
  listen(listener: (news: DatabaseNews) => void): () => void;
  /** Brings what can be read of it into its directory. */
  refresh(run: DatabaseRun): Promise<void>;
  /** Keeps it there until it is called off: somebody watches it. */
  attend(run: DatabaseRun): () => void;
  /** What of its results its directory doesn't have, and why. */
  missing(run: DatabaseRun): string | undefined;
  /** @throws HTTPException 503 where the database can't be reached, and was not asked before */
  workers(run: DatabaseRun): Promise<RunWorkers>;
  close(): Promise<void>;
}

/** What `openDatabaseStore` takes. */
export interface DatabaseStoreOptions {
  /** Without the password. */
  readonly address: string;
  open(): Promise<ClusterView>;
  onWarning(line: string): void;
  readonly pollMs: number;
}

/** Milliseconds that a database has to answer before the lab is served without it. */
const BEGIN_MS = 3000;

/** Follows the runs of a database. One that can't be reached is told of by `onWarning`, and by `state`; it is tried again until the store is closed. */
export async function openDatabaseStore(options: DatabaseStoreOptions): Promise<DatabaseStore> {
  const { address } = options;
  const runs = new Map<string, DatabaseRun>();
  const listeners = new Set<(news: DatabaseNews) => void>();
  const attended = new Set<string>();
  const tell = (news: DatabaseNews) => {
    for (const listener of listeners) listener(news);
  };

  const follower = followDatabase({ ...options, onRuns: update, onState: () => tell({ type: 'state' }) });
  const copies = createCopies({ follower, onGrown: (id, type) => tell({ type, id }) });
  const workers = createWorkersReader(follower, (fingerprint) => tell({ type: 'workers', fingerprint }));

  function update(): void {
    const followed = follower.runs();
    const there = new Set(followed.map(({ fingerprint }) => fingerprint));
    for (const [fingerprint, { id }] of runs) {
      if (there.has(fingerprint)) continue;
      runs.delete(fingerprint);
      void copies.drop(id);
      tell({ type: 'changed', fingerprint });
    }
    for (const run of followed) put(run);
    workers.look();
  }

  function put(followed: FollowedRun): void {
    const { fingerprint } = followed;
    const before = runs.get(fingerprint);
    const id = before?.id ?? runId(`${address}#${fingerprint}`);
    const revision = (before?.row.revision ?? 0) + 1;
    const row = rowOfRun(followed, { id, place: address, revision });
    const isSame = before !== undefined && saysTheSame(before.row, row);
    const directory = before?.directory ?? copies.directoryOf(id);
    const run: DatabaseRun = { id, directory, fingerprint, followed, row: isSame ? before.row : row };
    runs.set(fingerprint, run);
    if (!isSame) tell({ type: 'changed', fingerprint });
    if (attended.has(id)) void copies.refresh(id, followed);
  }

  await Promise.race([follower.begun, pause(BEGIN_MS, undefined, { ref: false })]);

  return {
    state: follower.state,
    list: () => [...runs.values()],
    of: (fingerprint) => runs.get(fingerprint),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    refresh: ({ id, followed }) => copies.refresh(id, followed),
    attend({ id }) {
      attended.add(id);
      return () => void attended.delete(id);
    },
    missing({ id, followed }) {
      return missingOf(followed, copies.state(id));
    },
    async workers(run) {
      try {
        return await workers.of(run.followed);
      } catch (error) {
        throw new HTTPException(503, { message: messageOf(error).replace(/^cluster: /, ''), cause: error });
      }
    },
    async close() {
      listeners.clear();
      await follower.close();
      await copies.close();
    },
  };
}

function missingOf(
  { status, units, id }: FollowedRun,
  { copied, leftOut }: { readonly copied: number; readonly leftOut: number },
): string | undefined {
  if (status === 'done' && copied === 0)
    return `This run is done: its directory has its results, and the database, where it is run ${id}, keeps none.`;
  const parts = [
    `What is shown are lines, figures and tables of ${copied} of the ${units.done} units that have ended; files, and what comes of all units together, are in the run's directory alone.`,
  ];
  if (leftOut > 0) parts.push(`Results of ${leftOut} units are too large for the database, or damaged.`);
  return parts.join(' ');
}
