import { join } from 'node:path';
import { type RunState, readState, runFiles } from './config.ts';
import { type Holder, isAbandoned, readHolder } from './lock-file.ts';

/** `killed`: the run says that it is running, and nobody holds its lock. */
export type RunStatus = RunState['status'] | 'killed';

/**
 * Whether a living process holds the lock of a run's directory. Nothing is written: where it can't be found out whether the process lives, because it is on another
 * host, the age of the lock by this machine's clock decides.
 * @throws {RunError} where the lock can't be read
 */
export async function isHeld(directory: string): Promise<boolean> {
  return !(await isAbandoned(join(directory, runFiles.lock)));
}

/**
 * The process that the lock of a run's directory names, as far as it says: it need not live any more. Undefined where nobody holds the lock, or it names no process.
 * @throws {RunError} where the lock can't be read
 */
export async function holderOf(directory: string): Promise<Pick<Holder, 'pid' | 'host'> | undefined> {
  const holder = await readHolder(join(directory, runFiles.lock));
  return holder && { pid: holder.pid, host: holder.host };
}

/** `state.json`, with what only the lock tells. */
export type RunStanding = Omit<RunState, 'status'> & { readonly status: RunStatus };

/**
 * How a run stands, and why it failed.
 * @throws {RunError} where its files can't be read
 */
export async function readStanding(directory: string): Promise<RunStanding> {
  const state = await readState(directory);
  if (state.status !== 'running' || (await isHeld(directory))) return state;
  // A run says that it has ended before it lets its lock go.
  const later = await readState(directory);
  return later.status === 'running' ? { ...later, status: 'killed' } : later;
}
