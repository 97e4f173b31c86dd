import { hostname } from 'node:os';
import { callback, checkSettings, finite, flag, given, having, integer } from '@unbraid/checks';
import type { WorkerProcess, WorkerStart } from '@unbraid/experiment/workers';
import { z } from 'zod';
import type { Cluster, RunId, Versions } from '../cluster.ts';
import { createDesk, type Desk } from './desk.ts';
import { repeat } from './repeat.ts';
import { openFolders } from './run-folder.ts';
import { createTaker } from './taker.ts';
import { type Timing, usualTiming } from './timing.ts';

/** What `superviseWorker` takes. */
export interface WorkerOptions {
  /** Not of the signal below: what a worker has is given back when it ends. */
  readonly cluster: Cluster;
  /** Starts a process that does units: `startWorker` of a program. */
  readonly start: (start: WorkerStart) => WorkerProcess;
  /** Cores that it may use: as many units at once as have `threads` of them. */
  readonly cores: number;
  /** Of each process. */
  readonly threads: number;
  /** Of what computes here; runs ask for theirs. */
  readonly versions: Versions;
  /** Ends once no unit of any run that it could work for waits or is at work. */
  readonly once?: boolean;
  /** Abort it to end: processes save what they can, and units go back. */
  readonly signal: AbortSignal;
  /** A sentence that whoever looks after the worker should read. */
  onNote(note: string): void;
  /** How long is waited for what, in seconds. */
  readonly timing?: Partial<Timing>;
}

/** The most cores that a machine may have. */
const MOST = 1024;
const seconds = () => finite({ above: 0, max: 86_400 });

const settings = z.object({
  cluster: having<Cluster>('what openCluster gives', 'take', 'register'),
  start: callback<WorkerOptions['start']>(),
  cores: integer({ min: 1, max: MOST }),
  threads: integer({ min: 1, max: MOST }),
  versions: given<Versions>(),
  once: flag().default(false),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'addEventListener'),
  onNote: callback<WorkerOptions['onNote']>(),
  timing: z
    .object({
      touch: seconds(),
      upload: seconds(),
      poll: seconds(),
      idle: seconds(),
      stop: seconds(),
      once: seconds(),
    })
    .partial()
    .default({}),
});

/**
 * Works for the runs of a database until it is told to end. This process only keeps the books: it never computes, so that its signs of life come in time; units are done by
 * processes that it starts.
 * @throws {InputError} for settings that are none
 * @throws {RunError} where the database stays away, or nothing can be done on this machine: its disk is full, or processes end before they begin
 */
export async function superviseWorker(options: WorkerOptions): Promise<void> {
  const { cluster, cores, threads, versions, start, ...checked } = checkSettings(
    'cluster: superviseWorker',
    settings,
    options,
  );
  const timing = { ...usualTiming, ...checked.timing } as Timing;
  const failure = new AbortController();
  const onError = (error: unknown) => failure.abort(error);
  const signal = AbortSignal.any([checked.signal, failure.signal]);
  const except = new Set<RunId>();
  const onNote = once(checked.onNote);
  const worker = await cluster.register({ machine: hostname(), process: process.pid, cores, versions });
  const stopBeat = repeat(timing.touch, () => cluster.seen(worker).then(() => true), onError);
  const openFolder = openFolders(cluster);
  const next = createTaker({ cluster, worker, versions, except, once: checked.once, timing, signal, onNote });
  const desks = Array.from({ length: Math.max(1, Math.floor(cores / threads)) }, () =>
    createDesk({
      threads,
      timing,
      signal,
      start,
      openFolder,
      onLost(run, message) {
        except.add(run);
        onNote(`This worker takes no more units of run ${run}: ${message}`);
      },
      onNote,
      onError,
    }),
  );

  async function serve(desk: Desk): Promise<void> {
    try {
      for (;;) {
        const idle = setTimeout(() => void desk.dismiss().catch(onError), timing.idle * 1000);
        const job = await next().finally(() => clearTimeout(idle));
        if (job === undefined) return;
        await desk.perform(job);
      }
    } catch (error) {
      onError(error);
    } finally {
      await desk.close().catch(onError);
    }
  }

  try {
    await Promise.all(desks.map(serve));
  } finally {
    stopBeat();
    await cluster.leave(worker).catch(() => undefined);
  }
  if (failure.signal.aborted) throw failure.signal.reason;
}

/** The same sentence is said once: each process finds what all of them find. */
function once(onNote: (note: string) => void): (note: string) => void {
  const said = new Set<string>();
  return (note) => {
    if (said.has(note)) return;
    said.add(note);
    onNote(note);
  };
}
