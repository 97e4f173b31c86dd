import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, fileFailure } from '../files.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  readStamp,
  type Stamp,
} from '../stored/checkpoint-file.ts';
import type { WriteFile } from './write-file.ts';

/** A finished unit's value, or a state inside a unit. */
export type CheckpointKind = 'unit' | 'state';

const EXTENSION = '.safetensors';

/** Where a run stands that has no checkpoint yet. */
export const START: Stamp = { bytes: 0, rootLines: 0, unit: null, unitLines: 0, seconds: 0 };

export interface CheckpointStore {
  load(kind: CheckpointKind, key: string): Promise<Checkpoint | undefined>;
  /** Returns the value as it will be loaded: a copy, whatever becomes of the original's buffers. */
  save(kind: CheckpointKind, checkpoint: Checkpoint): Promise<unknown>;
  remove(kind: CheckpointKind, key: string): Promise<void>;
}

/** Readable from the key, and different for different keys whatever the file system thinks of case and length. */
function fileName(kind: CheckpointKind, key: string): string {
  const readable = key.replaceAll(/[^\w.=+-]+/g, '_').slice(0, 60);
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
  return `${kind}-${readable}-${hash}${EXTENSION}`;
}

export function openCheckpoints(folder: string, writeFile: WriteFile): CheckpointStore {
  const pathOf = (kind: CheckpointKind, key: string) => join(folder, fileName(kind, key));
  return {
    async load(kind, key) {
      const path = pathOf(kind, key);
      try {
        return decodeCheckpoint(await readFile(path), path);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(kind, checkpoint) {
      const path = pathOf(kind, checkpoint.key);
      const bytes = encodeCheckpoint(checkpoint, `${kind} "${checkpoint.key}"`);
      await writeFile(path, bytes);
      return decodeCheckpoint(bytes, path).value;
    },
    remove: (kind, key) => rm(pathOf(kind, key), { force: true }),
  };
}

/** The stamp of the checkpoint that was saved last: a resumed run goes on from there. */
export async function latestStamp(folder: string): Promise<Stamp> {
  let latest = START;
  for (const name of await checkpointFiles(folder)) {
    const stamp = await readStamp(join(folder, name));
    if (isLater(stamp, latest)) latest = stamp;
  }
  return latest;
}

async function checkpointFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(EXTENSION));
  } catch (error) {
    throw fileFailure('read the folder', folder, error);
  }
}

/** Both only grow during a run; time decides between saves without a line between them. */
function isLater(a: Stamp, b: Stamp): boolean {
  return a.bytes > b.bytes || (a.bytes === b.bytes && a.seconds >= b.seconds);
}
