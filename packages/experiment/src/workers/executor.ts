import type { Progress } from '../context.ts';
import type { RunConfig } from '../run/config.ts';

/** Independent units of one call of `units` that have no checkpoint yet. */
export interface UnitGroup {
  /** Counted from 0 in the order in which the experiment's code comes to them. */
  readonly group: number;
  /** In the order of their values. */
  readonly keys: readonly string[];
  /** Of units that are done, in sequence or in groups before: their checkpoints are what these may depend on. */
  readonly before: readonly string[];
}

/** The run that units are of. */
export interface ExecutedRun {
  /** Its directory: config.json is there, and results belong in its folder `checkpoints`. */
  readonly directory: string;
  readonly config: RunConfig;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
  /** Time that the run has taken so far, over all its sessions. */
  seconds(): number;
  /** A sentence that the user should read. */
  onNote(note: string): void;
}

/** What is heard of a group while it is done. */
export interface GroupHooks {
  /** Its checkpoint file is in the run's directory. */
  onDone(key: string): void;
  /** How far a unit has come. */
  onProgress(key: string, progress: Progress): void;
}

/** Where units that don't depend on one another are done: by processes of this machine, or of others. */
export interface UnitExecutor {
  /** Called once in each session of a run, before the experiment's code. */
  open(run: ExecutedRun): Promise<OpenExecutor>;
}

/** An executor that works for a run. */
export interface OpenExecutor {
  /**
   * Whether it takes what is left of a group, asked before each unit that this process would do otherwise; it takes all where there is no such function.
   * @param left units that have no checkpoint yet
   * @param seconds that the unit before took in this process; undefined for the first of a group
   */
  pays?(left: number, seconds: number | undefined): boolean;
  /** Processes of this machine that it has had at once, for the run's description. */
  workers?(): number;
  /**
   * Does the units of a group; ends when each has its checkpoint file.
   * @throws {RunError} with what a unit failed of, or the signal's reason
   */
  perform(group: UnitGroup, hooks: GroupHooks): Promise<void>;
  /** Ends what works for the run. Called once, also after a failure. */
  close(): Promise<void>;
}
