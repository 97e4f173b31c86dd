import { UsageError } from '@unbraid/experiment';
import { localWorkers, type UnitExecutor } from '@unbraid/experiment/workers';
import type { Io } from '../io.ts';

/** The flag of commands that run experiments. */
export const WORKERS = [
  '--workers <n>',
  'processes that do independent parts of a run at once, each with its share of the threads; 1: this one does all',
  'auto',
] as const;

const MOST = 1024;

/**
 * Where independent units are done by `--workers`; undefined in this process.
 * @throws UsageError for a number that is none, or where no process can be started
 */
export function executorOf(io: Pick<Io, 'worker'>, flag: string): UnitExecutor | undefined {
  if (flag === 'auto') return io.worker && localWorkers({ ...io.worker, workers: flag });
  const workers = Number(flag);
  if (!/^\d+$/.test(flag) || workers < 1 || workers > MOST)
    throw new UsageError(`--workers ${flag}: a whole number from 1 to ${MOST} or auto is needed`);
  if (workers === 1) return undefined;
  if (io.worker === undefined) throw new UsageError(`--workers ${flag}: this process can't start others`);
  return localWorkers({ ...io.worker, workers });
}
