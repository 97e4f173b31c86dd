import type { Progress } from '../context.ts';

/**
 * What a worker, a process that does units of a run, is told over its channel. A worker's folder is like the run's directory: it finds `config.json` and the
 * checkpoints of units before there, and leaves its own there.
 */
export type ToWorker =
  /** The first message. `seconds`: time that the run has taken so far. */
  | { readonly type: 'begin'; readonly directory: string; readonly seconds: number }
  /** Do this unit of a group, now; one is given at a time, and groups in their order. */
  | { readonly type: 'unit'; readonly group: number; readonly key: string }
  /** Stop where the unit at work can go on later, then end. */
  | { readonly type: 'stop' };

/** What was thrown, as far as it travels. */
export interface Failure {
  readonly message: string;
  readonly stack?: string;
  /** Where it was a UsageError: the request itself was wrong. */
  readonly usage?: true;
  /** The error's own, where it has one: `file`, `missing`, … */
  readonly code?: string;
}

/** What a worker tells. */
export type FromWorker =
  /** It has found the experiment, and takes units. */
  | { readonly type: 'ready'; readonly versions: Readonly<Record<string, string>> }
  /** The checkpoint `file` of the unit is in the folder `checkpoints`. `seconds`: time that the unit took in this process. */
  | { readonly type: 'done'; readonly key: string; readonly file: string; readonly seconds: number }
  /** The unit's own work failed. */
  | ({ readonly type: 'failed'; readonly key: string } & Failure)
  /** A state of the unit was written to `file` of the folder `checkpoints`, or removed. */
  | { readonly type: 'state'; readonly key: string; readonly file: string; readonly removed?: true }
  | { readonly type: 'progress'; readonly key: string; readonly progress: Progress }
  | { readonly type: 'note'; readonly note: string }
  /** The run can't be worked for here: another experiment, settings that are none, data that are missing. */
  | ({ readonly type: 'lost' } & Failure);

/** A worker's end of the channel. */
export interface WorkerPort {
  send(message: FromWorker): void;
  /** @param listener hears of all messages, also of those that came before */
  listen(listener: (message: ToWorker) => void): void;
}
