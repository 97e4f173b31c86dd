import { checkSettings, finite, integer, text } from '@unbraid/checks';
import { defaultThreads } from '@unbraid/checks/node';
import { z } from 'zod';
import type { UnitExecutor } from './executor.ts';
import { whenItPays } from './when-it-pays.ts';
import { createPool } from './worker-pool.ts';
import type { WorkerProgram } from './worker-process.ts';

/** What `localWorkers` takes. */
export interface LocalWorkersOptions extends WorkerProgram {
  /**
   * From 1 to 1024; `auto` for as many as pay: none until units that this process has done tell that others would save more than a quarter of a minute, then as many as
   * there are threads and memory for.
   */
  readonly workers: number | 'auto';
  /**
   * Seconds from 0 to 3600 that units at work have to save their state when the run is interrupted, before their processes are killed.
   * @defaultValue 20: Slurm and Kubernetes kill what hasn't ended after 30
   */
  readonly stopSeconds?: number;
}

const settings = z.object({
  workers: z.custom<number | 'auto'>(
    (value) => value === 'auto' || integer({ min: 1, max: 1024 }).safeParse(value).success,
    {
      error: 'an integer from 1 to 1024, or "auto",',
    },
  ),
  stopSeconds: finite({ min: 0, max: 3600 }).default(20),
  module: text(),
  args: z.array(z.string(), { error: 'an array of words' }).optional(),
  execArgv: z.array(z.string(), { error: 'an array of words' }).optional(),
  environment: z.record(z.string(), z.string().optional(), { error: 'an object of texts' }).optional(),
  cwd: text().optional(),
});

/**
 * Does independent units in processes of this machine, each of which has its share of the threads that this process would compute with. The numbers are those of one
 * process. A worker that dies loses its unit's work since the last state that it saved; a unit that ends its process three times fails the run.
 * @throws {InputError} for a number of workers that is none
 */
export function localWorkers(options: LocalWorkersOptions): UnitExecutor {
  const { workers, stopSeconds } = checkSettings('experiment: localWorkers', settings, options);
  return {
    async open(run) {
      const threads = defaultThreads('experiment');
      const poolOf = (count: number) =>
        createPool({ run, program: options, shares: shares(threads, count), stopSeconds });
      return workers === 'auto' ? whenItPays({ run, most: threads, createPool: poolOf }) : poolOf(workers);
    },
  };
}

/** As equal as they can be, none below 1. */
export function shares(threads: number, workers: number): number[] {
  const least = Math.floor(threads / workers);
  return Array.from({ length: workers }, (_, i) => Math.max(1, least + Number(i < threads % workers)));
}
