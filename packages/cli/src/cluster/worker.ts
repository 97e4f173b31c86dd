import { parseThreads, THREADS_RANGE, usableCores } from '@unbraid/checks/node';
import { UsageError } from '@unbraid/experiment';
import { ownVersions, startWorker } from '@unbraid/experiment/workers';
import { listenForInterrupts } from '../interrupt.ts';
import { exitCodes, type Io } from '../io.ts';
import { computingVersions } from '../versions.ts';
import { loadCluster } from './load-cluster.ts';

/** Flags of `unbraid worker`. */
export interface WorkerFlags {
  readonly on: string;
  readonly cores?: string;
  readonly threads: string;
  readonly once?: boolean;
}

/** `unbraid worker --on DB`: does units of whatever runs are in the database, until it is interrupted. Returns the exit code. */
export async function worker(io: Io, { on, once = false, ...flags }: WorkerFlags): Promise<number> {
  const cores = flags.cores === undefined ? usableCores() : countOf('--cores', flags.cores);
  const threads = countOf('--threads', flags.threads);
  if (threads > cores)
    throw new UsageError(`--threads ${threads}: a unit can't have more threads than --cores ${cores}`);
  const program = io.worker;
  if (program === undefined) throw new UsageError("this process can't start others, which a worker needs");
  const { openCluster, superviseWorker } = await loadCluster();
  const cluster = await openCluster(on);
  const onNote = (note: string) => void io.stderr.write(`${note}\n`);
  const interrupts = listenForInterrupts(io, onNote);
  try {
    const places = Math.floor(cores / threads);
    onNote(`Worker of ${cluster.address}: ${places} ${places === 1 ? 'unit' : 'units'} at once. Ctrl-C ends it.`);
    await superviseWorker({
      cluster,
      start: (start) => startWorker(program, start),
      cores,
      threads,
      versions: { ...ownVersions(), ...(await computingVersions(io.registry)) },
      once,
      signal: interrupts.signal,
      onNote,
    });
  } finally {
    interrupts.stop();
    await cluster.close();
  }
  // One that works until it is told to end ends as it should; one that was to do all that there is has left something.
  return once && interrupts.signal.aborted ? exitCodes.interrupted : exitCodes.done;
}

function countOf(flag: string, text: string): number {
  const count = parseThreads(text);
  if (count === undefined) throw new UsageError(`${flag} ${text}: ${THREADS_RANGE} is needed`);
  return count;
}
