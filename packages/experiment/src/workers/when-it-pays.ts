import os from 'node:os';
import { messageOf } from '../errors.ts';
import { formatDuration } from '../report/format.ts';
import type { ExecutedRun, OpenExecutor } from './executor.ts';
import type { Pool } from './worker-pool.ts';

/** A worker starts in a second or two, and prepares what units need once more. */
const PAYS_SECONDS = 30;
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
}

/**
 * Leaves units to this process until those that it has done tell that the rest would take it long, then to as many workers as there are threads and memory for. It goes on with
 * units while they start, and does all of them where they can't.
 */
export function whenItPays({ run, most, createPool, ...memory }: WhenItPaysOptions): OpenExecutor {
  const { memoryOfProcess = ownMemory, freeMemory = availableMemory } = memory;
  let pool: Pool | undefined;
  let state: 'here' | 'starting' | 'over' | 'alone' = most > 1 ? 'here' : 'alone';
  /** Of the group's units that this process has done. */
  let times: number[] = [];

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
      if (seconds === undefined) times = [];
      else times.push(seconds);
      if (state !== 'here') return state === 'over';
      // The first prepares what all need.
      const counted = times.slice(1);
      if (counted.length === 0) return false;
      const rest = (left * counted.reduce((sum, time) => sum + time, 0)) / counted.length;
      if (rest < PAYS_SECONDS) return false;
      const workers = Math.min(most, left, Math.floor(freeMemory() / (MEMORY_FACTOR * memoryOfProcess())));
      if (workers > 1) begin(workers, rest);
      return false;
    },
    workers: () => pool?.workers() ?? 1,
    async perform(group, hooks) {
      await pool?.perform(group, hooks);
    },
    async close() {
      await pool?.close();
    },
  };
}

const ownMemory = (): number => process.resourceUsage().maxRSS * 1024;

/** In a container no more than is left of its limit. */
const availableMemory = (): number => process.availableMemory?.() ?? os.freemem();
