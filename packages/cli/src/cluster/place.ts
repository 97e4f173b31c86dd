import { UsageError } from '@unbraid/experiment';
import type { UnitExecutor } from '@unbraid/experiment/workers';
import { executorOf } from '../commands/workers.ts';
import type { Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { computingVersions } from '../versions.ts';
import { loadCluster } from './load-cluster.ts';

/** Flags that say where independent units of a run are done. */
export interface PlaceFlags {
  readonly workers: string;
  readonly on?: string;
  readonly detach?: boolean;
}

/** A run in a database that this process left to workers. */
export interface LeftRun {
  readonly run: string;
  readonly database: string;
}

/** Where independent units of a run are done. */
export interface Place {
  /** Undefined in this process. */
  readonly executor: UnitExecutor | undefined;
  /** The words that name it to a command that goes on with the run. */
  readonly words: readonly string[];
  /** Aborted once the run goes on without this process. */
  readonly leaving: AbortSignal;
  /** What it was left as. */
  left(): LeftRun | undefined;
}

/**
 * Does a run where its flags say.
 * @throws UsageError where they don't go together, or the database can't be used, before anything is written
 */
export async function inPlace<T>(
  io: Pick<Io, 'worker' | 'registry'>,
  { workers, on, detach = false }: PlaceFlags,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  if (on !== undefined) return onCluster(on, detach, io.registry, work);
  if (detach) throw new UsageError('--detach leaves a run to the workers of a database: name it by --on');
  const { signal: leaving } = new AbortController();
  return work({ executor: executorOf(io, workers), words: [], leaving, left: () => undefined });
}

async function onCluster<T>(
  on: string,
  detach: boolean,
  registry: Registry,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const { clusterExecutor, openCluster } = await loadCluster();
  const cluster = await openCluster(on);
  const leaving = new AbortController();
  let left: LeftRun | undefined;
  const leave = ({ id }: { readonly id: string }) => {
    left = { run: id, database: cluster.address };
    leaving.abort();
  };
  try {
    const versions = await computingVersions(registry);
    return await work({
      executor: clusterExecutor(cluster, { versions, ...(detach && { detach: leave }) }),
      words: ['--on', cluster.address],
      leaving: leaving.signal,
      left: () => left,
    });
  } finally {
    await cluster.close();
  }
}
