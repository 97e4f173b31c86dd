import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@unbraid/checks/node';
import { checkpointFile, runFiles } from '@unbraid/experiment/workers';
import type { Cluster, RunId, StoredState } from '../cluster.ts';

/** What a worker has of a run: a folder that looks like the run's directory, as far as units need it. */
export interface RunFolder {
  readonly path: string;
  /** Where its checkpoints are. */
  readonly checkpoints: string;
  /** Puts the checkpoints of units there that are done before a group. */
  prepare(group: number): Promise<void>;
  put(states: readonly StoredState[]): Promise<void>;
  read(file: string): Promise<Uint8Array>;
  remove(files: readonly string[]): Promise<void>;
  /** Who has opened it needs it no longer. */
  close(): Promise<void>;
}

/** The folders of a worker, one for each run that it works for, shared by its processes and gone when none of them needs it. */
export function openFolders(cluster: Pick<Cluster, 'run' | 'before' | 'value'>) {
  const open = new Map<RunId, { users: number; readonly made: Promise<Omit<RunFolder, 'close'>> }>();
  return async (run: RunId): Promise<RunFolder> => {
    const shared = open.get(run) ?? { users: 0, made: makeRunFolder(cluster, run) };
    open.set(run, shared);
    shared.users++;
    let isOpen = true;
    const close = async () => {
      if (!isOpen) return;
      isOpen = false;
      if (--shared.users > 0) return;
      open.delete(run);
      const made = await shared.made.catch(() => undefined);
      if (made !== undefined) await rm(made.path, { recursive: true, force: true, maxRetries: 3 });
    };
    try {
      return { ...(await shared.made), close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

async function makeRunFolder(
  cluster: Pick<Cluster, 'run' | 'before' | 'value'>,
  run: RunId,
): Promise<Omit<RunFolder, 'close'>> {
  const { config } = await cluster.run(run);
  const path = await mkdtemp(join(tmpdir(), `unbraid-worker-${process.pid}-`));
  const checkpoints = join(path, runFiles.checkpoints);
  try {
    await makeFolder(checkpoints);
    await writeFileAtomic(join(path, runFiles.config), `${JSON.stringify(config, null, 2)}\n`);
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw error;
  }
  const prepared = new Map<number, Promise<void>>();
  const there = new Set<string>();

  async function prepare(group: number): Promise<void> {
    for (const key of await cluster.before(run, group)) {
      if (there.has(key)) continue;
      await writeFileAtomic(join(checkpoints, checkpointFile('unit', key)), await cluster.value(run, key));
      there.add(key);
    }
  }

  return {
    path,
    checkpoints,
    prepare(group) {
      const before = prepared.get(group) ?? prepare(group);
      prepared.set(group, before);
      before.catch(() => prepared.delete(group));
      return before;
    },
    async put(states) {
      for (const { file, bytes } of states) await writeFileAtomic(join(checkpoints, basename(file)), bytes);
    },
    read: (file) => readFile(join(checkpoints, file)),
    async remove(files) {
      await Promise.all(files.map((file) => rm(join(checkpoints, file), { force: true })));
    },
  };
}
