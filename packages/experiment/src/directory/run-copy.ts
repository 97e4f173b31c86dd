import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@unbraid/checks/node';
import { DamagedError, messageOf } from '../errors.ts';
import { checkpointFile } from '../run/checkpoint-store.ts';
import { type RunConfig, type RunState, runFiles, toJson } from '../run/config.ts';
import { makeParts } from '../run/directory.ts';
import { gatherEnvironments } from '../run/environments.ts';
import { openMetrics } from '../run/metrics.ts';
import { openOutputs } from '../run/outputs.ts';
import { createRecorder } from '../run/recorder.ts';
import { type Checkpoint, decodeCheckpoint } from '../stored/checkpoint-file.ts';

/** A directory that gets what units of a run that goes on elsewhere have put out. It can be read as any run's, and not resumed. */
export interface RunCopy {
  /**
   * Puts a unit's lines, figures and tables behind those that are there; its files are left out.
   * @param bytes of its checkpoint
   * @returns how many lines, figures and tables these are
   * @throws {DamagedError} where they are damaged, no unit's, or another run's; anything else where they can't be written, after which the copy has a part of them
   */
  add(bytes: Uint8Array): Promise<{ readonly lines: number; readonly outputs: number }>;
  /** Brings lists of figures and tables to the disk, and says how the run stands. */
  flush(state: Pick<RunState, 'status' | 'seconds' | 'error'>): Promise<void>;
  close(): void;
}

/** What `openRunCopy` takes. */
export interface RunCopyOptions {
  /** Whether checkpoints are kept too, by which the trials of a sweep are read. @defaultValue false */
  readonly checkpoints?: boolean;
}

/**
 * Makes a folder and begins a copy of a run in it, without anything that units have put out.
 * @param config of the run, with its fingerprint
 */
export async function openRunCopy(
  directory: string,
  config: RunConfig,
  { checkpoints = false }: RunCopyOptions = {},
): Promise<RunCopy> {
  await makeFolder(directory);
  await makeParts(directory);
  await writeFileAtomic(join(directory, runFiles.config), toJson(config));
  const metrics = openMetrics(join(directory, runFiles.metrics), join(directory, runFiles.timeline), {
    seconds: () => 0,
  });
  const outputs = openOutputs(directory, writeFileAtomic);
  const environments = gatherEnvironments({ versions: config.versions, machine: config.machine }, undefined);
  const recorder = createRecorder({
    metrics,
    outputs,
    writeOutput: (folder, file, content) => writeFileAtomic(join(directory, folder, file), content),
  });
  return {
    async add(bytes) {
      const { key, put, environment } = unitOf(bytes, config);
      const before = metrics.end().lines;
      recorder.enter(key);
      await recorder.restore({ ...put, artifacts: [] });
      recorder.leave();
      environments.add(environment);
      if (checkpoints) await writeFileAtomic(join(directory, runFiles.checkpoints, checkpointFile('unit', key)), bytes);
      return { lines: metrics.end().lines - before, outputs: put.figures.length + put.tables.length };
    },
    async flush({ status, seconds, error }) {
      await outputs.flush();
      const state: RunState = {
        status,
        seconds,
        environments: environments.all(),
        ...(error !== undefined && { error }),
      };
      await writeFileAtomic(join(directory, runFiles.state), toJson(state));
    },
    close: metrics.close,
  };
}

/** @throws {DamagedError} for what is none of the run's */
function unitOf(bytes: Uint8Array, { fingerprint }: RunConfig): Checkpoint {
  const checkpoint = decoded(bytes);
  if (checkpoint.kind === 'unit' && checkpoint.run === fingerprint) return checkpoint;
  throw new DamagedError(`experiment: the ${checkpoint.kind} "${checkpoint.key}" is none of the units of this run`);
}

function decoded(bytes: Uint8Array): Checkpoint {
  try {
    return decodeCheckpoint(bytes);
  } catch (error) {
    throw new DamagedError(messageOf(error), { cause: error });
  }
}
