import os from 'node:os';
import { formatDuration } from '@unbraid/checks/progress';
import { messageOf } from '../errors.ts';
import type { ExecutedRun, OpenExecutor } from './executor.ts';
import type { Pool } from './worker-pool.ts';

/** What workers have to save: one starts in a second or two, and prepares what units need once more. */
const PAYS_SECONDS = 15;
/** Of the workers' cores: where this process keeps more of them at work by its own threads, workers save little for the memory that they take. */
const MOST_AT_WORK = 0.75;
/** A worker may come to need more than this process has needed so far. */
const MEMORY_FACTOR = 1.25;

export interface WhenItPaysOptions {
  readonly run: Pick<ExecutedRun, 'onNote' | 'signal'>;
  /** The most workers, such as the threads that there are. */
  readonly most: number;
  readonly createPool: (workers: number) => Pool;
  /** Bytes that a process like this one takes. @defaultValue the most that this one has taken */
  memoryOfProcess?(): number;
  /** Bytes that new processes may take. */
  freeMemory?(): number;
  /** Processor time that this process has taken, over all its threads. */
  processorSeconds?(): number;
}

/**
 * Leaves units to this process until those that it has done tell that workers would save time: the rest takes long, and threads alone leave cores idle. Then as many as there are
 * threads and memory for do the rest. This process goes on with units while they start, and does all of them where they can't.
 */
export function whenItPays({ run, most, createPool, ...measures }: WhenItPaysOptions): OpenExecutor {
  const { memoryOfProcess = ownMemory, freeMemory = availableMemory, processorSeconds = ownSeconds } = measures;
  let pool: Pool | undefined;
  let state: 'here' | 'starting' | 'over' | 'alone' = most > 1 ? 'here' : 'alone';
  /** Of the group's units that this process has done, without the first, which prepares what all need. */
  let done = { units: -1, seconds: 0, processor: 0 };
  let processorBefore = 0;

  function count(seconds: number | undefined): void {
    const now = processorSeconds();
    if (seconds === undefined) done = { units: -1, seconds: 0, processor: 0 };
    else if (++done.units > 0) {
      done.seconds += seconds;
      done.processor += now - processorBefore;
    }
    processorBefore = now;
  }

  function begin(workers: number, seconds: number): void {
    state = 'starting';
    const begun = createPool(workers);
    pool = begun;
    begun.start().then(
      () => {
        state = 'over';
        const left = formatDuration(Math.ceil(seconds));
        run.onNote(`Independent units of about ${left} are left: ${workers} workers do them (--workers 1: none).`);
      },
      async (error) => {
        state = 'alone';
        pool = undefined;
        await begun.close();
        if (!run.signal.aborted)
          run.onNote(`No workers can be started, so this process goes on alone: ${messageOf(error)}`);
      },
    );
  }

  return {
    pays(left, seconds) {
      if (state !== 'here') return state === 'over';
      count(seconds);
      if (done.units < 1) return false;
      const rest = (left * done.seconds) / done.units;
      if (rest < PAYS_SECONDS) return false;
      const workers = Math.min(most, left, Math.floor(freeMemory() / (MEMORY_FACTOR * memoryOfProcess())));
      const atWork = done.processor / done.seconds / workers;
      if (workers > 1 && atWork <= MOST_AT_WORK && rest * (1 - atWork) >= PAYS_SECONDS) begin(workers, rest);
      return false;
    },
    workers: () => (state === 'over' && pool?.workers()) || 1,
    async perform(group, hooks) {
      await pool?.perform(group, hooks);
    },
    async close() {
      await pool?.close();
    },
  };
}

const ownMemory = (): number => process.resourceUsage().maxRSS * 1024;

function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** In a container no more than is left of its limit. */
const availableMemory = (): number => process.availableMemory?.() ?? os.freemem();
