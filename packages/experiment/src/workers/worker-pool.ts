import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RunError } from '../errors.ts';
import { runFiles } from '../run/config.ts';
import type { ExecutedRun, GroupHooks, OpenExecutor } from './executor.ts';
import { errorOf } from './failure.ts';
import type { FromWorker } from './protocol.ts';
import { startWorker, type WorkerEnd, type WorkerProcess, type WorkerProgram } from './worker-process.ts';
import { openWorkersFile, type StoredWorker } from './workers-file.ts';

export interface PoolOptions {
  readonly run: ExecutedRun;
  readonly program: WorkerProgram;
  /** Threads of each worker. */
  readonly shares: readonly number[];
  /** Given to units at work to save their state when the run is interrupted. */
  readonly stopSeconds: number;
}

/** The units of one call of `perform`. */
interface Batch {
  readonly hooks: GroupHooks;
  left: number;
  resolve(): void;
  reject(error: unknown): void;
}

interface Job {
  readonly group: number;
  readonly key: string;
  readonly batch: Batch;
  deaths: number;
}

interface Slot {
  readonly threads: number;
  process?: WorkerProcess | undefined;
  isReady: boolean;
  job?: Job | undefined;
  /** Of its process: when it began, when it got the unit that it is at, and when it was last heard of. */
  began: Date;
  since: Date;
  heard: Date;
  /** Units that it has done, and the time that these took, in seconds. */
  done: number;
  seconds: number;
}

/** So many processes may a unit end, and so many for each worker may end one after another before one is ready. */
const MOST_DEATHS = 3;
/** Of one that was killed before it was ready: that says more of whoever did it than of the program. */
const PART_OF_KILLED = 0.25;
/** Where the run has failed, or has come to its end and nothing is left to save. */
const CLOSE_SECONDS = 5;
const QUOTED_CHARACTERS = 2000;

/** Workers that can be started before there is something for them. */
export interface Pool extends OpenExecutor {
  /** Ends when all are ready; rejects where they can't be. */
  start(): Promise<void>;
  /** Those that there were at once. */
  workers(): number;
}

/** Of a process that begins. */
const beginning = () => ({ began: new Date(), since: new Date(), heard: new Date(), done: 0, seconds: 0 });

/** None where the slot has no process. */
function storedWorker({ process, threads, job, began, since, heard, done, seconds }: Slot): StoredWorker[] {
  if (process?.pid === undefined) return [];
  const work = job === undefined ? {} : { unit: job.key, since: since.toISOString() };
  const times = { began: began.toISOString(), heard: heard.toISOString() };
  return [{ process: process.pid, threads, ...times, ...work, done, seconds }];
}

/** Workers of one run, each a process that does one unit at a time. They are started when there is something for them. */
export function createPool({ run, program, shares, stopSeconds }: PoolOptions): Pool {
  const slots: Slot[] = shares.map((threads) => ({ threads, isReady: false, ...beginning() }));
  const file = openWorkersFile(run.directory, () => slots.flatMap(storedWorker));
  const queue: Job[] = [];
  const batches = new Set<Batch>();
  const notes = new Set<string>();
  let failedStarts = 0;
  let failure: { readonly error: unknown } | undefined;
  let stopping: Promise<unknown> | undefined;
  let most = 0;
  let wereAllReady = false;
  let isUsed = false;
  /** Whether all are asked for, although there may be nothing for them yet. */
  let allAsked = false;
  let onAllReady = () => {};
  let onNoStart: (error: unknown) => void = () => {};
  const allReady = new Promise<void>((resolve, reject) => {
    onAllReady = resolve;
    onNoStart = reject;
  });
  // Whoever gave them units hears of it there, too.
  allReady.catch(() => undefined);

  function note(text: string): void {
    // Each worker says the same of what all of them find.
    if (!notes.has(text)) run.onNote(text);
    notes.add(text);
  }

  function fail(error: unknown): void {
    failure ??= { error };
    onNoStart(error);
    queue.length = 0;
    for (const batch of batches) batch.reject(error);
    batches.clear();
  }

  function finish({ key, batch }: Job): void {
    batch.hooks.onDone(key);
    if (--batch.left > 0) return;
    batches.delete(batch);
    batch.resolve();
  }

  function hear(slot: Slot, message: FromWorker): void {
    const { job } = slot;
    slot.heard = new Date();
    if (message.type === 'ready') {
      slot.isReady = true;
      failedStarts = 0;
      wereAllReady ||= slots.every((each) => each.isReady);
      if (wereAllReady) onAllReady();
    } else if (message.type === 'done') {
      slot.job = undefined;
      slot.done++;
      slot.seconds += (slot.heard.getTime() - slot.since.getTime()) / 1000;
      if (job !== undefined) finish(job);
    } else if (message.type === 'failed' || message.type === 'lost') fail(errorOf(message));
    else if (message.type === 'progress') job?.batch.hooks.onProgress(message.key, message.progress);
    else if (message.type === 'note') note(message.note);
    giveOut();
    file.update();
  }

  function afterEnd(slot: Slot, { printed }: WorkerProcess, end: WorkerEnd): void {
    const { job, isReady } = slot;
    Object.assign(slot, { process: undefined, job: undefined, isReady: false });
    file.update();
    if (stopping !== undefined || failure !== undefined) return;
    if (job !== undefined) {
      if (++job.deaths === MOST_DEATHS) fail(deathsOf(job.key, end, printed()));
      else {
        run.onNote(`A worker ended by ${end.how} while it did unit "${job.key}", which is done again.`);
        queue.unshift(job);
      }
    } else if (!isReady) failedStarts += end.signal === 'SIGKILL' ? PART_OF_KILLED : 1;
    if (failedStarts >= MOST_DEATHS * slots.length)
      fail(new RunError(`experiment: workers end before they begin (${end.how})${quoted(printed())}`));
    giveOut();
  }

  function start(slot: Slot): void {
    try {
      const process = startWorker(program, { threads: slot.threads, onMessage: (message) => hear(slot, message) });
      Object.assign(slot, { process, ...beginning() });
      most = Math.max(most, slots.filter((each) => each.process !== undefined).length);
      process.send({ type: 'begin', directory: run.directory, seconds: run.seconds() });
      void process.ended.then((end) => afterEnd(slot, process, end));
    } catch (error) {
      fail(new RunError(`experiment: no worker can be started: ${messageOf(error)}`, { cause: error }));
    }
  }

  function giveOut(): void {
    if (stopping !== undefined || failure !== undefined) return;
    const isFree = ({ isReady, job }: Slot) => isReady && job === undefined;
    for (const slot of slots.filter(isFree)) {
      const job = queue.shift();
      if (job === undefined) return;
      slot.job = job;
      slot.since = new Date();
      file.update();
      isUsed = true;
      slot.process?.send({ type: 'unit', group: job.group, key: job.key });
    }
    const starting = slots.filter(({ process, isReady }) => process !== undefined && !isReady).length;
    const idle = slots.filter(({ process }) => process === undefined);
    const needed = allAsked && !wereAllReady ? idle.length : Math.max(0, queue.length - starting);
    for (const slot of idle.slice(0, needed)) start(slot);
  }

  function stop(seconds: number): Promise<unknown> {
    stopping ??= Promise.all(slots.map(({ process }) => process?.stop(seconds)));
    return stopping;
  }

  const interrupt = () => void stop(stopSeconds).then(() => fail(run.signal.reason));
  run.signal.addEventListener('abort', interrupt, { once: true });

  return {
    start() {
      allAsked = true;
      giveOut();
      return allReady;
    },
    workers: () => most,
    async perform({ group, keys }, hooks) {
      run.signal.throwIfAborted();
      if (failure !== undefined) throw failure.error;
      if (keys.length === 0) return;
      await new Promise<void>((resolve, reject) => {
        const batch: Batch = { hooks, left: keys.length, resolve, reject };
        batches.add(batch);
        const jobs = keys.map((key): Job => ({ group, key, batch, deaths: 0 }));
        // What is asked for beside a group is what its next value waits for.
        if (queue.length > 0) queue.unshift(...jobs);
        else for (const job of jobs) queue.push(job);
        giveOut();
      });
    },
    async close() {
      run.signal.removeEventListener('abort', interrupt);
      await stop(Math.min(CLOSE_SECONDS, stopSeconds));
      file.end();
      // Where none had a unit, this process may be writing its own.
      if (isUsed) await removeUnfinished(join(run.directory, runFiles.checkpoints));
    },
  };
}

const quoted = (printed: string) =>
  printed.trim() === '' ? ' and print nothing' : `; printed at the end: ${printed.trim().slice(-QUOTED_CHARACTERS)}`;

function deathsOf(key: string, { how, signal }: WorkerEnd, printed: string): Error {
  const memory = signal === 'SIGKILL' ? ', which is how a system ends what takes more memory than there is' : '';
  return new RunError(
    `experiment: unit "${key}" ended its process ${MOST_DEATHS} times, at last by ${how}${memory}${quoted(printed)}`,
  );
}

/** What workers that were killed had not written to the end. */
async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(
    names.filter((name) => /^\..*\.tmp$/.test(name)).map((name) => rm(join(folder, name), { force: true })),
  );
}
