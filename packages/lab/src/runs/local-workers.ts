import { readWorkers, type StoredWorker } from '@unbraid/experiment/directory';
import type { RunWorkers, WorkerInfo } from '../api.ts';
import type { StoredRun } from './run-store.ts';

/** Workers of the machine that holds a run's directory, by what that tells; none of a run that isn't going on. */
export async function localWorkers({ directory, row }: StoredRun): Promise<RunWorkers> {
  const stored = row.status === 'running' ? await readWorkers(directory) : undefined;
  const now = Date.now();
  return { workers: stored?.workers.map((worker) => infoOf(worker, stored.machine, now)) ?? [], age: 0 };
}

function infoOf(worker: StoredWorker, machine: string, now: number): WorkerInfo {
  const { process, threads, began, since, heard, unit, done, seconds } = worker;
  // Of a machine whose clock is ahead of ours, too.
  const ago = (time: string) => Math.max(0, (now - Date.parse(time)) / 1000) || 0;
  const worked = ago(began);
  return {
    id: String(process),
    machine,
    process,
    cores: threads,
    state: unit === undefined ? 'free' : 'working',
    active: unit === undefined || since === undefined ? [] : [{ key: unit, seconds: ago(since) }],
    heard: ago(heard),
    done,
    failed: 0,
    ...(done > 0 && { secondsPerUnit: seconds / done }),
    ...(done > 0 && worked > 0 && { unitsPerHour: (3600 * done) / worked }),
  };
}
