import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, makeFolder } from '@unbraid/checks/node';
import { UsageError } from '../errors.ts';
import { fileFailure } from '../files.ts';
import { runFiles } from './config.ts';
import { directoryName } from './directory-name.ts';

/** The folder of a run to come. */
export interface NewDirectory {
  readonly path: string;
  /** Takes away the folders that were made, as far as they are empty: for a run that could not begin. */
  undo(): Promise<void>;
}

/**
 * Makes the folder of a new run.
 * @throws UsageError when `path` is there and not empty; nothing in it is touched.
 */
export async function createNamedDirectory(path: string): Promise<NewDirectory> {
  await refuseUsed(path);
  const top = await topmostMissing(path);
  await makeFolder(path);
  return newDirectory(path, top);
}

/** Makes a folder named after the run and the time below `parent`; a number follows where that name is taken. */
export async function createDefaultDirectory(parent: string, stem: string, now: Date): Promise<NewDirectory> {
  const top = await topmostMissing(parent);
  await makeFolder(parent);
  for (let attempt = 1; ; attempt++) {
    const path = join(parent, directoryName(stem, now, attempt));
    try {
      await mkdir(path);
      return newDirectory(path, top ?? path);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw fileFailure('create the folder', path, error);
    }
  }
}

/** The uppermost of the folders that making `path` makes, or undefined where it is there. */
async function topmostMissing(path: string): Promise<string | undefined> {
  if (await isThere(path)) return undefined;
  return (await topmostMissing(dirname(path))) ?? path;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function newDirectory(path: string, top: string | undefined): NewDirectory {
  return {
    path,
    async undo() {
      for (const part of partsOf(path)) await removeEmpty(part);
      if (top === undefined) return;
      for (let folder = path; (await removeEmpty(folder)) && folder !== top; ) folder = dirname(folder);
    },
  };
}

function partsOf(directory: string): string[] {
  return [join(directory, runFiles.figures), join(directory, runFiles.checkpoints)];
}

export async function makeParts(directory: string): Promise<void> {
  for (const part of partsOf(directory)) await makeFolder(part);
}

async function removeEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch {
    return false;
  }
}

/** What processes put into a folder that ask for its lock. */
const LOCKS = /^(lock(\.takeover)*|\.lock\..*\.tmp)$/;

/**
 * @param locked whether this process holds the folder's lock
 * @throws UsageError where anything else is in the folder
 */
export async function refuseUsed(path: string, locked = false): Promise<void> {
  let entries: string[];
  try {
    entries = (await readdir(path)).filter((name) => !locked || !LOCKS.test(name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    if (errorCode(error) === 'ENOTDIR') throw new UsageError(`experiment: ${path} is a file; choose another directory`);
    throw fileFailure('read the folder', path, error);
  }
  if (entries.length === 0) return;
  const advice = entries.includes(runFiles.config)
    ? 'resume it, or choose another directory'
    : 'choose another directory';
  throw new UsageError(`experiment: the directory ${path} exists and is not empty; ${advice}`);
}

/** Removes what a killed process may have left: files that were being written. */
export async function removeUnfinishedFiles(directory: string): Promise<void> {
  const artifacts = join(directory, runFiles.artifacts);
  for (const folder of [directory, ...partsOf(directory), ...((await isThere(artifacts)) ? [artifacts] : [])]) {
    const unfinished = (await readdir(folder)).filter((name) => /^\..*\.tmp$/.test(name));
    await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })));
  }
}
