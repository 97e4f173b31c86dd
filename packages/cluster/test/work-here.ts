import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Experiment } from '@unbraid/experiment';
import { checkpointFile, type FromWorker, ownVersions, serveUnits, type ToWorker } from '@unbraid/experiment/workers';
import type { Cluster, Job } from '../src/index.ts';
import { temporaryFolder } from './folders.ts';

/** A worker of one run in this process, without a supervisor, until the signal is aborted: as little as can do units. @param newFolder for its checkpoints */
export async function workHere(
  cluster: Cluster,
  experiment: Experiment,
  signal: AbortSignal,
  newFolder: () => string = temporaryFolder,
): Promise<void> {
  const versions = ownVersions();
  const worker = await cluster.register({ machine: 'here', process: process.pid, cores: 1, versions });
  const folders = new Map<string, ReturnType<typeof openChild>>();
  while (!signal.aborted) {
    const job = await cluster.take({ worker, versions });
    if (job === undefined) {
      await cluster.change(0.2, signal);
      continue;
    }
    const child = folders.get(job.run) ?? openChild(cluster, job, experiment, newFolder());
    folders.set(job.run, child);
    await (await child)(job);
    // Others have a turn.
    await pause(1);
  }
  await cluster.leave(worker);
}

async function openChild(cluster: Cluster, { run }: Job, experiment: Experiment, directory: string) {
  const checkpoints = join(directory, 'checkpoints');
  await mkdir(checkpoints);
  const { config } = await cluster.run(run);
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  let tell: (message: ToWorker) => void = () => {};
  let hear: (message: FromWorker) => void = () => {};
  void serveUnits(
    {
      send: (message) => hear(message),
      listen: (listener) => {
        tell = listener;
      },
    },
    { find: async () => experiment },
  );
  tell({ type: 'begin', directory, seconds: 0 });
  const there = new Set<string>();
  return async (job: Job): Promise<void> => {
    for (const key of await cluster.before(run, job.group)) {
      if (there.has(key)) continue;
      there.add(key);
      await writeFile(join(checkpoints, checkpointFile('unit', key)), await cluster.value(run, key));
    }
    const end = new Promise<FromWorker>((resolve) => {
      hear = (message) => {
        if (['done', 'failed', 'lost'].includes(message.type)) resolve(message);
      };
    });
    tell({ type: 'unit', group: job.group, key: job.key });
    const message = await end;
    if (message.type === 'done') await job.complete(await readFile(join(checkpoints, message.file)), message.seconds);
    else if (message.type === 'failed' || message.type === 'lost') await job.fail(message.message);
  };
}
