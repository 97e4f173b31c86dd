import { readFile } from 'node:fs/promises';
import { checkSettings, count } from '@unbraid/checks';
import { checkPath, errorCode, fileError, writeFileAtomic } from '@unbraid/checks/node';
import * as z from 'zod';
import type { CheckpointStore } from '../fit/checkpoint.ts';
import { decodeState, encodeState } from './state-codec.ts';

/** What `fileCheckpoint` takes. */
export interface FileCheckpointOptions {
  /** Epochs from one save to the next. Default 1; the end and an abort are saved in any case. */
  readonly everyEpochs?: number;
}

const schema = z.object({ everyEpochs: count().optional() });

/**
 * Keeps a fit's state in a file, written whole or not at all, so that a fit that is stopped at any time, by `signal` or by force, goes on from
 * there. A file that isn't there is a fit from its beginning; one of another fit or damaged is refused.
 * @param path of a safetensors file in a folder that exists
 * @throws {InputError} for a path that is none, and options that are unknown or out of range; from `load` and `save` where a file can't be read or written
 */
export function fileCheckpoint(path: string, options: FileCheckpointOptions = {}): CheckpointStore {
  checkPath(path, 'nn');
  const { everyEpochs } = checkSettings('nn: fileCheckpoint', schema, options);
  return {
    ...(everyEpochs !== undefined && { everyEpochs }),
    async load() {
      const bytes = await readIfThere(path);
      return bytes && decodeState(bytes, path);
    },
    save: (state) => writeFileAtomic(path, encodeState(state), 'nn'),
  };
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, 'read', path, 'nn');
  }
}
