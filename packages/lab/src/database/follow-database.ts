import { setTimeout as pause } from 'node:timers/promises';
import { StateError } from '@unbraid/checks';
import type { ClusterView, ViewedRun } from '@unbraid/cluster';
import { messageOf } from '@unbraid/experiment';
import type { RunConfig } from '@unbraid/experiment/directory';
import type { DatabaseState } from '../api.ts';

/** A run of the database, with its configuration. */
export interface FollowedRun extends ViewedRun {
  readonly config: RunConfig;
}

/** A database that is followed, through its absences. */
export interface DatabaseFollower {
  state(): DatabaseState;
  /** As they were last heard of. */
  runs(): readonly FollowedRun[];
  /** Asks the database. @throws {RunError} where it can't be reached; {StateError} where the follower was closed */
  ask<T>(question: (view: ClusterView) => Promise<T>): Promise<T>;
  /** Ends when the first attempt to reach it has come to something. */
  readonly begun: Promise<void>;
  close(): Promise<void>;
}

/** What `followDatabase` takes. */
export interface FollowOptions {
  /** Without the password. */
  readonly address: string;
  open(): Promise<ClusterView>;
  /** The database was asked what runs there are. */
  onRuns(): void;
  onState(state: DatabaseState): void;
  /** It can't be reached, and could before; also the first time. */
  onWarning(line: string): void;
  /** Milliseconds between two looks where nothing is heard, since a connection that listens may die without a word. */
  readonly pollMs: number;
}

/** Milliseconds between two looks where much happens. */
const LEAST_MS = 200;
/** Milliseconds of the longest wait before another attempt. */
const LONGEST_WAIT = 5000;

/** Reads the runs of a database when it tells of news and every moment besides, and connects again where it was lost. */
export function followDatabase(options: FollowOptions): DatabaseFollower {
  const { address, pollMs } = options;
  const ending = new AbortController();
  let view: ClusterView | undefined;
  let known: readonly FollowedRun[] = [];
  const configs = new Map<string, RunConfig>();
  let state: DatabaseState = { address, state: 'connecting', since: new Date().toISOString() };

  function setState(next: DatabaseState['state'], error?: string): void {
    if (state.state === next && state.error === error) return;
    const since = state.state === next ? state.since : new Date().toISOString();
    if (next === 'lost' && state.state !== 'lost') options.onWarning(`${error}; the lab tries again.`);
    state = { address, state: next, since, ...(error !== undefined && { error }) };
    options.onState(state);
  }

  /** Configurations never change, and are read once. */
  async function read(from: ClusterView): Promise<void> {
    const runs = await from.runs();
    const missing = runs.filter(({ id }) => !configs.has(id)).map(({ id }) => id);
    if (missing.length > 0) for (const [id, config] of await from.configs(missing)) configs.set(id, config);
    known = runs.flatMap((run) => {
      const config = configs.get(run.id);
      return config === undefined ? [] : [{ ...run, config }];
    });
    const there = new Set(runs.map(({ id }) => id));
    for (const id of configs.keys()) if (!there.has(id)) configs.delete(id);
  }

  let opening: Promise<ClusterView> | undefined;
  /** Once, however many ask meanwhile. */
  async function opened(): Promise<ClusterView> {
    if (ending.signal.aborted) throw new StateError('lab: the way to the database is closed; open the lab again');
    opening ??= options.open();
    try {
      view = await opening;
      return view;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  async function attempt(): Promise<boolean> {
    try {
      const from = await opened();
      if (ending.signal.aborted) return false;
      await read(from);
      setState('connected');
      options.onRuns();
      return true;
    } catch (error) {
      if (!ending.signal.aborted) setState('lost', messageOf(error).replace(/^cluster: /, ''));
      return false;
    }
  }

  async function follow(first: Promise<boolean>): Promise<void> {
    let wait = pollMs;
    for (let went = await first; !ending.signal.aborted; went = await attempt()) {
      wait = went ? pollMs : Math.min(1.5 * wait, LONGEST_WAIT);
      const signal = ending.signal;
      if (went) {
        await pause(LEAST_MS, undefined, { signal }).catch(() => undefined);
        await view?.change((pollMs - LEAST_MS) / 1000, signal);
      } else await pause(wait, undefined, { signal }).catch(() => undefined);
    }
    // Also one that somebody asked for while the database was away, and that isn't open yet.
    const last = await opening?.catch(() => undefined);
    await last?.close();
  }

  const first = attempt();
  const following = follow(first);
  return {
    state: () => state,
    runs: () => known,
    ask: async (question) => question(await opened()),
    begun: first.then(() => undefined),
    async close() {
      ending.abort();
      await following;
    },
  };
}
