import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { errorCode, fileFailure } from '../files.ts';
import { runFiles } from './config.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, which tells it from a later one of the same number (in a container, often the case). */
  readonly began: number;
}

const self: Holder = { pid: process.pid, host: hostname(), began: performance.timeOrigin };

function isAlive({ pid, host, began }: Holder): boolean {
  if (host !== self.host) return true;
  if (pid === self.pid) return began === self.began;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * Makes this process the only one to run `directory`; the returned function ends that.
 * A lock whose process is gone is taken over.
 * @throws UsageError when another process, or another run in this one, holds it.
 */
export async function lockRun(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, runFiles.lock);
  const content = JSON.stringify(self);
  for (;;) {
    try {
      await writeFile(path, content, { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') {
        // On a full disk the file was made and could not be filled.
        await rm(path, { force: true });
        throw fileFailure('write', path, error);
      }
    }
    await removeIfAbandoned(path);
  }
}

async function removeIfAbandoned(path: string): Promise<void> {
  const found = await readIfThere(path);
  if (found === undefined) return;
  const holder = parseHolder(found);
  // A lock without content is one that is being written, or whose writer was killed in between.
  if (holder === undefined || isAlive(holder)) throw new UsageError(inUse(path, holder));
  // Of several processes that find the same abandoned lock, the one whose rename succeeds removes it.
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw fileFailure('take over', path, error);
  }
  const moved = await readFile(aside, 'utf8');
  if (moved === found) return rm(aside, { force: true });
  // Another process was faster, and this is its new lock: give it back.
  await rename(aside, path);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileFailure('read', path, error);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function inUse(path: string, holder: Holder | undefined): string {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return `experiment: ${who} is running this directory; wait for it, or delete ${path} if no run is going on`;
}
