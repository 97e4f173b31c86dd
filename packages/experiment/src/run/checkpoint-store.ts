import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@unbraid/checks/node';
import { messageOf, RunError } from '../errors.ts';
import { fileFailure } from '../files.ts';
import { type Checkpoint, type CheckpointKind, decodeCheckpoint, encodeCheckpoint } from '../stored/checkpoint-file.ts';
import type { Environment } from './environment.ts';
import type { WriteFile } from './write-file.ts';

/** What is the same in all checkpoints of a session. */
export interface StoreOptions {
  readonly folder: string;
  /** Fingerprint of the run's `config.json`. */
  readonly run: string;
  readonly environment: Environment;
  readonly writeFile: WriteFile;
  onLoad(checkpoint: Checkpoint): void;
  /** A checkpoint that can't be used, whose part is computed again. */
  onUnusable(note: string): void;
}

export interface CheckpointStore {
  /** Whether there is a file of it, whatever it holds. */
  has(kind: CheckpointKind, key: string): boolean;
  /** Undefined where there is none, or one that is damaged or not this one. */
  load(kind: CheckpointKind, key: string): Promise<Checkpoint | undefined>;
  /** Returns the value as it will be loaded: a copy, whatever becomes of the original's buffers. */
  save(checkpoint: Omit<Checkpoint, 'run' | 'environment'>): Promise<unknown>;
  remove(kind: CheckpointKind, key: string): Promise<void>;
}

/** The name of a checkpoint's file: readable from the key, and different for different keys whatever the file system thinks of case and length. */
export function checkpointFile(kind: CheckpointKind, key: string): string {
  const readable = key.replaceAll(/[^\w.=+-]+/g, '_').slice(0, 60);
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
  return `${kind}-${readable}-${hash}.safetensors`;
}

export function openCheckpoints(options: StoreOptions): CheckpointStore {
  const { folder, run, environment, writeFile } = options;
  const pathOf = (kind: CheckpointKind, key: string) => join(folder, checkpointFile(kind, key));
  return {
    has: (kind, key) => existsSync(pathOf(kind, key)),
    async load(kind, key) {
      const path = pathOf(kind, key);
      const bytes = await readIfThere(path);
      if (bytes === undefined) return undefined;
      try {
        const checkpoint = decodeCheckpoint(bytes);
        checkIdentity(checkpoint, { kind, key, run });
        options.onLoad(checkpoint);
        return checkpoint;
      } catch (error) {
        options.onUnusable(`${path} is not used, and its part computed again: ${messageOf(error)}`);
        return undefined;
      }
    },
    async save(checkpoint) {
      const bytes = encodeCheckpoint({ ...checkpoint, run, environment });
      await writeFile(pathOf(checkpoint.kind, checkpoint.key), bytes);
      return decodeCheckpoint(bytes).value;
    },
    remove: (kind, key) => rm(pathOf(kind, key), { force: true }),
  };
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileFailure('read', path, error);
  }
}

/** @throws {RunError} where the file holds another checkpoint than its name says. */
function checkIdentity(found: Checkpoint, wanted: Pick<Checkpoint, 'kind' | 'key' | 'run'>): void {
  if (found.kind !== wanted.kind || found.key !== wanted.key) {
    throw new RunError(`it holds the ${found.kind} "${found.key}", not the ${wanted.kind} "${wanted.key}"`);
  }
  if (found.run !== wanted.run) throw new RunError('it comes from another run');
}
