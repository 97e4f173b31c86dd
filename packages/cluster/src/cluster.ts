import type { RunConfig } from '@unbraid/experiment';
import type { UnitGroup } from '@unbraid/experiment/workers';

/** A run in the database: the text of a whole number, counted from 1 in the order in which runs were offered. */
export type RunId = string;

/** How far a run is, as the database knows it. `offered`: its units wait or are at work. */
export type RunStatus = 'offered' | 'cancelled' | 'failed' | 'done';

/** Versions of what computes, by name: `node`, `unbraid`, `onnxruntime`, … */
export type Versions = Readonly<Record<string, string>>;

/** A run as the database has it. */
export interface StoredRun {
  readonly id: RunId;
  /** What its user calls it: the name of its directory. */
  readonly name: string;
  /** What `config.json` says, word by word. */
  readonly config: RunConfig;
  readonly status: RunStatus;
  /** Why it failed. */
  readonly error: string | undefined;
}

/** A run that is entered. */
export interface NewRun {
  readonly config: RunConfig;
  /** Of the process that holds its directory: only workers that have them too take its units. */
  readonly versions: Versions;
  readonly name: string;
}

/** A unit that workers are through with. */
export interface Result {
  readonly key: string;
  /** Why it can't be done; undefined where its checkpoint is there. */
  readonly error: string | undefined;
  /** The name of the worker's machine. */
  readonly machine: string;
  /** Time that the unit took there. */
  readonly seconds: number;
}

/** A process that takes units. */
export interface WorkerInfo {
  readonly machine: string;
  readonly process: number;
  readonly cores: number;
  readonly versions: Versions;
}

/** A worker that the database knows. */
export type WorkerId = string;

/** What a state's file holds. */
export interface StoredState {
  /** Its name in the folder `checkpoints`. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What became of a result. `late`: another worker's result, or the end of the run, was there before. */
export type Ending = 'kept' | 'late';

/**
 * A unit that a worker has taken. Only the database's clock counts. After `HEARTBEAT` seconds without `touch` it is taken for abandoned and given to another; one
 * that comes back then is `late` in everything it does, and harms nothing.
 */
export interface Job {
  readonly run: RunId;
  readonly group: number;
  readonly key: string;
  /** Counted from 1: how often the unit was taken. */
  readonly attempt: number;
  /** To be called every few seconds. False where the unit isn't this worker's any more: the run was cancelled or failed, or another has it. */
  touch(): Promise<boolean>;
  /** Of an attempt before this one. */
  states(): Promise<readonly StoredState[]>;
  /** Does nothing where the unit isn't this worker's any more. */
  saveState(file: string, bytes: Uint8Array): Promise<void>;
  removeState(file: string): Promise<void>;
  /**
   * Puts the bytes of the unit's checkpoint in the database and ends the unit, both or neither.
   * @throws {RunError} where they are too large for the database and there is no store for them
   */
  complete(bytes: Uint8Array, seconds: number): Promise<Ending>;
  /** The unit's own work failed: its run fails. */
  fail(message: string): Promise<Ending>;
  /** What worked on it died: it is done again, here or elsewhere, and its run fails where that was the third time. */
  died(message: string): Promise<Ending>;
  /** Gives it back as if it had not been taken: the worker ends, or can't do it. */
  release(): Promise<void>;
}

/** What a worker asks for. */
export interface TakeOptions {
  readonly worker: WorkerId;
  readonly versions: Versions;
  /** Runs of which it wants none: it can't work for them. */
  readonly except?: readonly RunId[];
}

/** A run in `status`. */
export interface RunOverview extends Omit<StoredRun, 'config'> {
  readonly experiment: string;
  readonly preset: string;
  readonly units: {
    readonly total: number;
    readonly done: number;
    readonly active: number;
    readonly waiting: number;
    readonly failed: number;
  };
  /** Versions that its workers must have, as a sentence has them: `node 20, unbraid 0.1.0`. */
  readonly requires: string;
  /** Since it was offered, in seconds. */
  readonly age: number;
}

/** A worker in `status`. */
export interface WorkerOverview extends WorkerInfo {
  readonly id: WorkerId;
  /** Units that it is at. */
  readonly active: readonly { readonly run: RunId; readonly key: string }[];
  readonly done: number;
  /** Since it was last heard of, in seconds. */
  readonly silent: number;
}

/** What is in a database. */
export interface Status {
  /** The newest last. */
  readonly runs: readonly RunOverview[];
  /** Those that were heard of within an hour. */
  readonly workers: readonly WorkerOverview[];
}

/**
 * Runs, their units and who works for them, in one database. Whatever is asked goes on asking through a restart of the server.
 * Every function rejects with a RunError where the server stays away, and with the signal's reason once that of `openCluster` is aborted.
 */
export interface Cluster {
  /** The database as a user may read it: without the password. */
  readonly address: string;

  /** Enters a run, or finds the one of the same fingerprint. One that was cancelled or failed is offered again. */
  enterRun(run: NewRun): Promise<StoredRun>;
  /** @param fingerprint that of `config.json` */
  findRun(fingerprint: string): Promise<StoredRun | undefined>;
  /** @throws {UsageError} where there is none */
  run(id: RunId): Promise<StoredRun>;
  /** Says that all of it is done. */
  finishRun(id: RunId): Promise<void>;
  /** Its units are given to nobody any more, and workers at them stop: `touch` is false. What is done stays. @throws {UsageError} where there is none */
  cancel(id: RunId): Promise<void>;
  /** Offers again what isn't done of a run that was cancelled or failed. @throws {UsageError} where there is none */
  retry(id: RunId): Promise<void>;
  /** Removes a run and all that is kept of it. @throws {UsageError} where there is none */
  remove(id: RunId): Promise<void>;

  /** Offers units to workers, those that are not offered yet; units of the group that are done, or failed, come (again) in `results`. */
  offer(id: RunId, group: UnitGroup): Promise<void>;
  /** Of these, the keys whose checkpoints the database doesn't have. */
  missing(id: RunId, keys: readonly string[]): Promise<readonly string[]>;
  /** Gives workers the checkpoint of a unit that was done elsewhere, before units of `group`. */
  publish(id: RunId, group: number, key: string, bytes: Uint8Array): Promise<void>;
  /**
   * Units of groups that were offered, as they end. One comes until what was done with it is over: when the next is asked for.
   * Ends when the signal is aborted. @throws {RunError} where the run was cancelled
   */
  results(id: RunId, signal: AbortSignal): AsyncIterable<Result>;

  /** Keys of the units that are done before a group, of which its units may take values. */
  before(id: RunId, group: number): Promise<readonly string[]>;
  /** The bytes of a unit's checkpoint. @throws {RunError} where it isn't there, or damaged */
  value(id: RunId, key: string): Promise<Uint8Array>;

  /** A worker begins. */
  register(worker: WorkerInfo): Promise<WorkerId>;
  /** It is alive: to be called every few seconds. */
  seen(worker: WorkerId): Promise<void>;
  /** It ends. */
  leave(worker: WorkerId): Promise<void>;
  /** A unit of the oldest run that has one and whose versions the worker has; undefined where there is none now. */
  take(options: TakeOptions): Promise<Job | undefined>;
  /** Runs whose units wait and which ask for other versions than these: what each requires. */
  refused(
    versions: Versions,
  ): Promise<readonly { readonly run: RunId; readonly name: string; readonly requires: string }[]>;
  /** Ends when something happened in the database (units offered, done, cancelled), and after `seconds` at most. */
  change(seconds: number, signal?: AbortSignal): Promise<void>;

  status(): Promise<Status>;
  close(): Promise<void>;
}

/** Seconds of silence after which a unit is given to another worker; `touch` is to be called several times in this. */
export const HEARTBEAT = 15;

/** How often the process of a unit may die before its run fails. */
export const DEATHS = 3;

/** How often its worker may fall silent: machines that are taken away, or a unit that takes its worker with it. */
export const SILENCES = 10;

/** What `openCluster` takes. */
export interface ClusterOptions {
  /** Ends whatever waits. */
  readonly signal?: AbortSignal;
  /**
   * Where values go that are too large for the database: a folder that all machines share, as a path or `file://` address, or
   * `s3://bucket/prefix` of an S3-compatible store. @defaultValue `UNBRAID_STORE`
   */
  readonly store?: string;
}
