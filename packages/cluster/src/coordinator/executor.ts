import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { messageOf, RunError } from '@unbraid/experiment';
import {
  checkpointFile,
  type ExecutedRun,
  type GroupHooks,
  type OpenExecutor,
  ownVersions,
  type UnitExecutor,
  type UnitGroup,
} from '@unbraid/experiment/workers';
import type { Cluster, StoredRun, Versions } from '../cluster.ts';
import { requirement } from '../versions.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';

/** What `clusterExecutor` takes besides the cluster. */
export interface ClusterExecutorOptions {
  /** What the run is called for those who look at the database. @defaultValue its directory's name */
  readonly name?: string;
  /** Of the engines at work, as in `StartOptions`: workers must have the same. */
  readonly versions?: Versions;
  /** Called once units are offered: who calls aborts the run's signal then, and the units go on without this process. Resuming the run collects them. */
  readonly detach?: (run: StoredRun) => void;
}

/** Seconds within which a worker must have been heard of to count as one. */
const RECENT = 60;

/**
 * Does a run's units by whatever workers a cluster has. The run's directory gets the checkpoints one at a time, and is the same as one of a run in one process.
 * Where the run is interrupted or fails, its units are not given out any more, unless it was detached; resuming it offers them again.
 */
export function clusterExecutor(cluster: Cluster, options: ClusterExecutorOptions = {}): UnitExecutor {
  return {
    async open(run) {
      const versions = { ...ownVersions(), ...options.versions };
      const name = options.name ?? basename(run.directory);
      const entered = await cluster.enterRun({ config: run.config, versions, name });
      return openFor(cluster, run, entered, versions, options.detach);
    },
  };
}

function openFor(
  cluster: Cluster,
  run: ExecutedRun,
  entered: StoredRun,
  versions: Versions,
  detach: ClusterExecutorOptions['detach'],
): OpenExecutor {
  const { id } = entered;
  const closing = new AbortController();
  const signal = AbortSignal.any([run.signal, closing.signal]);
  const fileOf = (key: string) => join(run.directory, 'checkpoints', checkpointFile('unit', key));
  let arrivals: Arrivals | undefined;
  let detached = false;
  /** Calls of `perform` that haven't come to a good end. */
  let open = 0;

  async function collect(key: string): Promise<void> {
    await writeFileAtomic(fileOf(key), await cluster.value(id, key));
  }

  async function publishBefore({ group, before }: UnitGroup): Promise<void> {
    for (const key of await cluster.missing(id, before)) {
      signal.throwIfAborted();
      await cluster.publish(id, group, key, await readFile(fileOf(key)));
    }
  }

  async function noteMissingWorkers(): Promise<void> {
    const wanted = requirement(versions);
    const { workers } = await cluster.status();
    const able = workers.filter((worker) => worker.silent < RECENT && requirement(worker.versions) === wanted);
    if (able.length > 0) return;
    const others = workers.length > 0 ? `; there are ${workers.length} of other versions` : '';
    run.onNote(
      `no worker with ${wanted} is at ${cluster.address}${others}; start some: unbraid worker --on ${cluster.address}`,
    );
  }

  /** Detaches once all is collected that is done already; not at all where that is everything. */
  async function leaveAlone({ keys }: UnitGroup, ends: ReadonlyMap<string, Promise<void>>): Promise<void> {
    const waiting = new Set(await cluster.missing(id, keys));
    await Promise.all(keys.filter((key) => !waiting.has(key)).map((key) => ends.get(key)));
    if (waiting.size === 0) return;
    detached = true;
    detach?.(entered);
  }

  async function perform(group: UnitGroup, { onDone }: GroupHooks): Promise<void> {
    await publishBefore(group);
    arrivals ??= createArrivals(cluster.results(id, signal), signal, collect);
    const ends = new Map(group.keys.map((key) => [key, arrivals!.of(key).then(() => onDone(key))]));
    const all = Promise.all(ends.values());
    // Heard of below, also where offering fails first.
    all.catch(() => undefined);
    await cluster.offer(id, group);
    if (detach === undefined) await noteMissingWorkers();
    else await leaveAlone(group, ends);
    await all;
  }

  return {
    async perform(group, hooks) {
      if (group.keys.length === 0) return;
      open++;
      try {
        await perform(group, hooks);
        open--;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw error instanceof Error ? error : new RunError(messageOf(error));
      }
    },
    async close() {
      closing.abort();
      await arrivals?.ended;
      if (detached) return;
      await (open === 0 && !run.signal.aborted ? cluster.finishRun(id) : cluster.cancel(id));
    },
  };
}
