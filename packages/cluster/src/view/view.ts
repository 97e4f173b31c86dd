import type { RunConfig } from '@unbraid/experiment';
import type { RunId, RunOverview, Versions, WorkerId } from '../cluster.ts';

/** A run as one who looks on sees it. */
export interface ViewedRun extends RunOverview {
  /** That of its `config.json`. */
  readonly fingerprint: string;
  /** Of the active units those whose workers were heard of lately; where it is none although some are active, nobody is at them any more. */
  readonly heard: number;
  /** Since the newest of its units ended, in seconds; undefined where none has. */
  readonly ended: number | undefined;
}

/** A unit that a worker is at. */
export interface ActiveUnit {
  readonly key: string;
  /** Counted from 1: how often it was taken. */
  readonly attempt: number;
  /** Since it was taken, in seconds. */
  readonly taken: number;
  /** Since its worker last said that it is at it, in seconds. */
  readonly silent: number;
}

/** A worker that has, or had, units of a run. */
export interface RunWorker {
  readonly id: WorkerId;
  readonly machine: string;
  readonly process: number;
  readonly cores: number;
  readonly versions: Versions;
  /** Since it was last heard of, in seconds. */
  readonly silent: number;
  /** `silent`: not heard of for `HEARTBEAT` seconds, after which its units are given to others. `left`: it said that it ends. */
  readonly state: 'working' | 'free' | 'silent' | 'left';
  readonly active: readonly ActiveUnit[];
  /** Units of the run that it has done, and those that failed by their own work. */
  readonly done: number;
  readonly failed: number;
  /** Time that a unit took, in the mean of those done, in seconds. */
  readonly secondsPerUnit: number | undefined;
  /** Of the newest 20 that it has done: how many, by the time from the beginning of the first of them until now, or until the last where it is at none any more. */
  readonly unitsPerHour: number | undefined;
}

/** Who works, or worked, for a run. */
export interface RunWorkers {
  /** In the order in which they came to the database. */
  readonly workers: readonly RunWorker[];
  /** Workers that were heard of lately, have the run's versions, and are at no unit of any run. */
  readonly free: number;
}

/** A unit whose checkpoint is in the database. */
export interface EndedUnit {
  readonly key: string;
  /** When, by the database's clock, in seconds since 1970. */
  readonly at: number;
  /** Of its checkpoint; undefined where that is in a store for large values. */
  readonly bytes: number | undefined;
}

/**
 * A database for one who looks on: sessions in which the server lets nothing be written. Nothing waits for a server that is away: each function rejects then at once, with a
 * RunError of one line, and the next call may go well.
 */
export interface ClusterView {
  /** The database as a user may read it: without the password. */
  readonly address: string;
  /** All runs, the newest last. Units are counted anew of those that are offered, that have just changed, or of which units are at work. */
  runs(): Promise<readonly ViewedRun[]>;
  /** What `config.json` of runs says, word by word; those that aren't there are left out. */
  configs(runs: readonly RunId[]): Promise<ReadonlyMap<RunId, RunConfig>>;
  workers(run: RunId): Promise<RunWorkers>;
  /** Units whose checkpoints are there, in the order in which they ended. @param after only those that may have ended since another's `at` */
  ended(run: RunId, after?: number): Promise<readonly EndedUnit[]>;
  /** The bytes of a unit's checkpoint. @throws {DamagedError} where they are damaged; {UsageError} or {RunError} where they aren't there, or are in a store */
  value(run: RunId, key: string): Promise<Uint8Array>;
  /** Ends when something happened in the database, and after `seconds` at most. */
  change(seconds: number, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
