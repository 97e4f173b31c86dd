import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@unbraid/checks/node';
import { type CheckpointStore, openCheckpoints } from './checkpoint-store.ts';
import { type Clock, startClock } from './clock.ts';
import { type RunConfig, type RunState, readState, runFiles, toJson } from './config.ts';
import type { Environment } from './environment.ts';
import { type Environments, gatherEnvironments } from './environments.ts';
import type { Lock } from './lock.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { type OutputsWriter, openOutputs } from './outputs.ts';
import { openProgressFile, type ProgressFile } from './progress-file.ts';
import type { RecorderParts } from './recorder.ts';
import type { WriteFile } from './write-file.ts';

/** What a session of a run needs. */
export interface SessionRequest {
  readonly directory: string;
  readonly config: RunConfig;
  readonly environment: Environment;
  /** The directory's, which the caller holds. */
  readonly lock: Lock;
  readonly writeFile: WriteFile;
  readonly hooks: {
    /** The run's directory, which says by now that the run goes on. */
    onStart?(directory: string): void;
    /** A sentence that the user should read. */
    onNote?(note: string): void;
  };
}

/** The files of a run's directory while a process is at it. */
export interface OpenSession {
  readonly clock: Clock;
  readonly environments: Environments;
  readonly metrics: Metrics;
  readonly outputs: OutputsWriter;
  readonly store: CheckpointStore;
  readonly progress: ProgressFile;
  /** Writes nothing where another process has the directory now. */
  readonly writeFile: WriteFile;
  readonly writeOutput: RecorderParts['writeOutput'];
  /** Says how the run stands, after the last of its progress; returns the time that it says the run took. */
  end(state: Pick<RunState, 'status' | 'error'>): Promise<number>;
  close(): void;
}

/** Marks the run as running, and opens its files. Lines and lists of outputs begin empty; checkpoints bring them back. */
export async function openSession({
  directory,
  config,
  environment,
  hooks,
  lock,
  ...request
}: SessionRequest): Promise<OpenSession> {
  const writeFile: WriteFile = async (path, content) => {
    lock.verify();
    await request.writeFile(path, content);
  };
  const onNote = (note: string) => hooks.onNote?.(note);
  const clock = startClock((await readState(directory)).seconds);
  const environments = gatherEnvironments(environment, hooks.onNote);
  const setState = async (state: Pick<RunState, 'status' | 'error'>) => {
    const whole: RunState = { ...state, seconds: clock.seconds(), environments: environments.all() };
    await writeFile(join(directory, runFiles.state), toJson(whole));
    return whole.seconds;
  };
  // Of a session that was killed.
  await rm(join(directory, runFiles.workers), { force: true });
  await setState({ status: 'running' });
  hooks.onStart?.(directory);

  const progress = openProgressFile(directory, { seconds: clock.seconds, verify: lock.verify });
  const metrics = openMetrics(join(directory, runFiles.metrics), join(directory, runFiles.timeline), {
    seconds: clock.seconds,
    beforeLine: lock.verifyIfLate,
    onNote,
  });
  const store = openCheckpoints({
    folder: join(directory, runFiles.checkpoints),
    run: config.fingerprint ?? '',
    environment,
    writeFile,
    onLoad(checkpoint) {
      clock.before(checkpoint.seconds);
      environments.add(checkpoint.environment);
    },
    onUnusable: onNote,
  });
  return {
    clock,
    environments,
    metrics,
    outputs: openOutputs(directory, writeFile),
    store,
    progress,
    writeFile,
    async writeOutput(name, file, content) {
      const folder = join(directory, name);
      await makeFolder(folder);
      await writeFile(join(folder, file), content);
    },
    end(state) {
      progress.end();
      return setState(state);
    },
    close: metrics.close,
  };
}
