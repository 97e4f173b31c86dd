import { hostname } from 'node:os';
import type { WorkerProcess, WorkerStart } from '@unbraid/experiment/workers';
import type { Cluster, RunId, Versions } from '../cluster.ts';
import { createDesk, type Desk } from './desk.ts';
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

/**
 * Works for the runs of a database until it is told to end. This process only keeps the books: it never computes, so that its signs of life come in time; units are done by
 * processes that it starts.
 * @throws {RunError} where the database stays away, or nothing can be done on this machine: its disk is full, or processes end before they begin
 */
export async function superviseWorker(options: WorkerOptions): Promise<void> {
  const { cluster, cores, threads, versions } = options;
  const timing = { ...usualTiming, ...options.timing };
  const failure = new AbortController();
  const onError = (error: unknown) => failure.abort(error);
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const except = new Set<RunId>();
  const onNote = once(options.onNote);
  const worker = await cluster.register({ machine: hostname(), process: process.pid, cores, versions });
  const beat = setInterval(() => cluster.seen(worker).catch(onError), timing.touch * 1000);
  const openFolder = openFolders(cluster);
  const next = createTaker({ cluster, worker, versions, except, once: options.once ?? false, timing, signal, onNote });
  const desks = Array.from({ length: Math.max(1, Math.floor(cores / threads)) }, () =>
    createDesk({
      threads,
      timing,
      signal,
      start: options.start,
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
    clearInterval(beat);
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
