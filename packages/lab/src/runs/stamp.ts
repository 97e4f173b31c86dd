import { join } from 'node:path';
import { runFiles } from '@unbraid/experiment/directory';
import { NOTES_FILE } from './notes.ts';
import { namesIn, statOf } from './quick-files.ts';

/** What a row of the list is made of. */
const FILES = [runFiles.config, runFiles.state, runFiles.summary, runFiles.progress, NOTES_FILE] as const;

/** What tells one version of a run's files from another: times, sizes and numbers of files. */
export interface RunStamp {
  /** Of what its row is made of. */
  readonly row: string;
  /** Of `outputs.json`, which lists figures, tables and files; undefined where it was not looked at. */
  readonly outputs: string | undefined;
}

/** Undefined where the directory, or what makes it a run, is gone. */
export async function stampOf(directory: string): Promise<RunStamp | undefined> {
  const names = await namesIn(directory);
  if (!names?.includes(runFiles.config)) return undefined;
  const outputs = names.includes(runFiles.outputs) ? await fileStamp(join(directory, runFiles.outputs)) : '-';
  return { ...(await rowStamp(directory, names)), outputs };
}

/** Of what a row is made of alone: the first look at a thousand runs is to be short. @param names in the directory */
export async function rowStamp(directory: string, names: readonly string[]): Promise<RunStamp> {
  const of = (name: string) => (names.includes(name) ? fileStamp(join(directory, name)) : '-');
  return { row: (await Promise.all(FILES.map(of))).join(' '), outputs: undefined };
}

/** Of a file: a dash where there is none. */
export async function fileStamp(path: string): Promise<string> {
  const stats = await statOf(path);
  return stats === undefined ? '-' : `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
}

/** Times of files may have steps of two seconds: what changed so lately may have changed since. */
const RECENT_MS = 3000;

/** Whether something that was changed at a time, by its file system, may have changed since without another time. */
export const isRecent = (time: number, now: number = Date.now()): boolean => now - time < RECENT_MS;
