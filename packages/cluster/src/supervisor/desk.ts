import { messageOf, RunError } from '@unbraid/experiment';
import type { WorkerEnd, WorkerProcess, WorkerStart } from '@unbraid/experiment/workers';
import type { Job, RunId } from '../cluster.ts';
import { type Attempt, beginAttempt } from './attempt.ts';
import { type Child, type Outcome, startChild } from './child.ts';
import type { RunFolder } from './run-folder.ts';
import { uploadStates } from './state-uploads.ts';
import type { Timing } from './timing.ts';

/** What a desk is made of. */
export interface DeskParts {
  readonly threads: number;
  readonly timing: Timing;
  /** Aborted when the worker ends. */
  readonly signal: AbortSignal;
  start(start: WorkerStart): WorkerProcess;
  openFolder(run: RunId): Promise<RunFolder>;
  /** This worker can't work for the run. */
  onLost(run: RunId, message: string): void;
  onNote(note: string): void;
  /** The worker can't go on. */
  onError(error: unknown): void;
}

/** One place of a worker: does one unit at a time, in a process that stays for the units of its run. */
export interface Desk {
  /** Ends when the next unit can be taken; this one's result may still be on its way. */
  perform(job: Job): Promise<void>;
  /** Ends the process, if there is one: it is started again for the next unit. */
  dismiss(): Promise<void>;
  /** Ends when all results are where they belong. */
  close(): Promise<void>;
}

/** So many processes may end one after another before they are ready. */
const FAILED_STARTS = 3;
/** For a process that has nothing to save. */
const DISMISS_SECONDS = 5;
const QUOTED_CHARACTERS = 2000;
/** What a file system says that takes nothing more: the machine's fault, not the unit's. */
const FULL = /\b(ENOSPC|EDQUOT|EROFS)\b/;
/** Codes of errors of units that are this machine's: a data set that isn't here, or an optional package. */
const LACKING: readonly string[] = ['file', 'missing'];

export function createDesk(parts: DeskParts): Desk {
  const { timing, signal } = parts;
  let child: Child | undefined;
  let failedStarts = 0;
  /** One result on its way beside the unit at work: more are never held. */
  let committing: Promise<void> = Promise.resolve();

  async function dismiss(): Promise<void> {
    const leaving = child;
    child = undefined;
    if (leaving === undefined) return;
    await leaving.stop(DISMISS_SECONDS);
    // Where it fails, that is heard of by itself.
    await committing.catch(() => undefined);
    await leaving.folder.close();
  }

  async function childFor({ run, group }: Job): Promise<Child> {
    if (child?.serves(run, group)) return child;
    await dismiss();
    child = startChild(parts.start, run, await parts.openFolder(run), parts.threads, parts.onNote);
    return child;
  }

  async function commit({ job, end }: Attempt, folder: RunFolder, file: string, seconds: number): Promise<void> {
    try {
      await sendResult(job, folder, file, seconds);
      await folder.remove([file]);
    } finally {
      end();
    }
  }

  /** What became of a unit that gave no result. */
  async function giveUp({ job, isOurs }: Attempt, at: Child, outcome: Exclude<Outcome, { type: 'done' }>) {
    if (!isOurs || signal.aborted) await job.release();
    else if (outcome.type === 'ended') await died(job, at, outcome.end);
    else if (outcome.type === 'lost') await lost(job, outcome.message);
    else if (FULL.test(outcome.message)) throw new RunError(outcome.message);
    else if (LACKING.includes(outcome.code ?? '')) await lacked(job, outcome.message);
    else await job.fail(outcome.message);
  }

  async function lost(job: Job, message: string): Promise<void> {
    parts.onLost(job.run, message);
    await job.release();
  }

  /** Others may have it; where none has, the run fails by it once enough have tried. */
  async function lacked(job: Job, message: string): Promise<void> {
    parts.onLost(job.run, message);
    await job.died(message);
  }

  async function died(job: Job, at: Child, end: WorkerEnd): Promise<void> {
    if (at.isReady) {
      failedStarts = 0;
      parts.onNote(`A process ended by ${end.how} while it did unit "${job.key}" of run ${job.run}.`);
      await job.died(deathOf(job.key, end, at.printed()));
      return;
    }
    if (++failedStarts === FAILED_STARTS)
      throw new RunError(`cluster: processes end before they begin (${end.how})${quoted(at.printed())}`);
    await job.release();
  }

  /** Does a unit whose folder is prepared. */
  async function work(attempt: Attempt, at: Child): Promise<void> {
    const { job } = attempt;
    const states = uploadStates(job, at.folder.checkpoints, timing.upload, parts.onError);
    const interrupt = () => void at.stop(timing.stop);
    signal.addEventListener('abort', interrupt, { once: true });
    const leaveAlone = attempt.onTaken(() => void at.stop(DISMISS_SECONDS));
    if (signal.aborted) interrupt();
    const outcome = await at.work(job, states.tell);
    signal.removeEventListener('abort', interrupt);
    // A unit that is done is nobody's any more, and the process is at the next one.
    leaveAlone();
    if (outcome.type === 'done') {
      states.drop();
      await committing;
      committing = commit(attempt, at.folder, outcome.file, outcome.seconds);
      committing.catch(parts.onError);
      return;
    }
    // Of a run that was cancelled as well: it may be taken up again. Where another has the unit, this does nothing.
    if (outcome.type === 'ended') await states.flush();
    states.drop();
    await at.folder.remove(states.files());
    await giveUp(attempt, at, outcome);
    attempt.end();
    if (outcome.type !== 'failed') await dismiss();
  }

  return {
    async perform(job) {
      const attempt = beginAttempt(job, timing.touch, parts.onError);
      try {
        const at = await childFor(job);
        const obstacle = await prepare(at.folder, job);
        if (obstacle === undefined) return await work(attempt, at);
        await lost(job, obstacle);
        attempt.end();
      } catch (error) {
        attempt.end();
        await job.release().catch(() => undefined);
        throw error;
      }
    },
    dismiss,
    async close() {
      await dismiss();
      await committing;
    },
  };
}

/** Puts there what the unit needs. Returns what of it can't be had. */
async function prepare(folder: RunFolder, job: Job): Promise<string | undefined> {
  try {
    await folder.prepare(job.group);
    await folder.put(await job.states());
    return undefined;
  } catch (error) {
    if (FULL.test(messageOf(error))) throw error;
    return messageOf(error);
  }
}

async function sendResult(job: Job, folder: RunFolder, file: string, seconds: number): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = await folder.read(file);
  } catch (error) {
    await job.died(`the checkpoint of unit "${job.key}" can't be read: ${messageOf(error)}`);
    return;
  }
  try {
    await job.complete(bytes, seconds);
  } catch (error) {
    // Too large for where it should go. Where it is the server that stays away, this fails as well.
    await job.fail(`the value of unit "${job.key}" can't be kept: ${messageOf(error)}`);
  }
}

const quoted = (printed: string) =>
  printed.trim() === '' ? ' and print nothing' : `; printed at the end: ${printed.trim().slice(-QUOTED_CHARACTERS)}`;

function deathOf(key: string, { how, signal }: WorkerEnd, printed: string): string {
  const memory = signal === 'SIGKILL' ? ', which is how a system ends what takes more memory than there is' : '';
  return `unit "${key}" ended its process by ${how}${memory}${quoted(printed)}`;
}
