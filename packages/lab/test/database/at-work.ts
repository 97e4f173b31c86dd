import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { clusterExecutor, initCluster, openCluster } from '@unbraid/cluster';
import { startRun } from '@unbraid/experiment';
import { workHere } from '../../../cluster/test/work-here.ts';
import { gated, openGates } from './gated.ts';

/** A run of a database. */
export interface RunAtWork {
  readonly directory: string;
  /** Lets all its units go on, and ends when it is done. */
  finish(): Promise<void>;
  /** Finishes it, and lets go of the database. */
  close(): Promise<void>;
}

/** Prepares a database, and begins a run in it of which two units are done, one is at work, and one waits. @param folder where its directory is */
export async function beginAtWork(url: string, folder: string): Promise<RunAtWork> {
  await initCluster(url);
  const cluster = await openCluster(url);
  const end = new AbortController();
  const directory = join(folder, 'a-run');
  const overrides = { items: 4, gate: 2 };
  const run = startRun(gated, { preset: 'smoke', seed: 3, directory, overrides, executor: clusterExecutor(cluster) });
  const worker = workHere(cluster, gated, end.signal, () => mkdtempSync(join(folder, '.worker-')));
  for (let units: { done: number; active: number } | undefined; units?.done !== 2 || units.active !== 1; ) {
    await pause(20);
    units = (await cluster.status()).runs[0]?.units;
  }

  async function finish(): Promise<void> {
    const opening = setInterval(openGates, 20);
    await run.finally(() => clearInterval(opening));
  }
  return {
    directory,
    finish,
    async close() {
      await finish();
      end.abort();
      await worker;
      await cluster.close();
    },
  };
}

/** As people may read it. */
export const withoutPassword = (url: string): string => url.replace(/:[^:@/]*@/, '@');
