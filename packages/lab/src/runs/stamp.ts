import { join } from 'node:path';
import { runFiles } from '@unbraid/experiment/directory';
import { NOTES_FILE } from './notes.ts';
import { entriesOf, statOf } from './quick-files.ts';

/** What a row of the list is made of. */
const FILES = [runFiles.config, runFiles.state, runFiles.summary, runFiles.progress, NOTES_FILE] as const;

/** What tells one version of a run's files from another: times, sizes and numbers of files. */
export interface RunStamp {
  /** Of what its row is made of. */
  readonly row: string;
  /** Of `outputs.json`, which lists figures, tables and files. */
  readonly outputs: string;
}

/** Undefined where the directory is gone. */
export async function stampOf(directory: string): Promise<RunStamp | undefined> {
  const entries = await entriesOf(directory);
  if (entries === undefined) return undefined;
  const names = new Set(entries.map(({ name }) => name));
  const of = async (name: string) => (names.has(name) ? fileStamp(join(directory, name)) : '-');
  const [row, outputs] = await Promise.all([Promise.all(FILES.map(of)), of(runFiles.outputs)]);
  return { row: row.join(' '), outputs };
}

/** Of a file: a dash where there is none. */
export async function fileStamp(path: string): Promise<string> {
  const stats = await statOf(path);
  return stats === undefined ? '-' : `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
}
