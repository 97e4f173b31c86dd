import { join } from 'node:path';
import { makeFolder } from '@unbraid/data';
import type { Progress } from '../context.ts';
import { messageOf } from '../errors.ts';
import type { Experiment } from '../experiment.ts';
import { writeReport } from '../report/write.ts';
import type { Summary } from '../values.ts';
import type { UnitExecutor } from '../workers/executor.ts';
import { openCheckpoints } from './checkpoint-store.ts';
import { type Clock, startClock } from './clock.ts';
import { type RunConfig, type RunState, readState, runFiles, toJson } from './config.ts';
import type { Environment } from './environment.ts';
import { type Environments, gatherEnvironments } from './environments.ts';
import type { Lock } from './lock.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import type { TableEntry } from './output-entries.ts';
import { openOutputs } from './outputs.ts';
import { createContext } from './run-context.ts';
import { completeSummary } from './summary.ts';
import type { WriteFile } from './write-file.ts';

/** What the caller of a run wants to hear and say meanwhile. */
export interface RunHooks {
  /** The run's directory, from where on the run can be resumed, whatever becomes of it. */
  onStart?(directory: string): void;
  /** Abort it to interrupt the run: it stops where it can go on later. */
  readonly signal?: AbortSignal;
  onProgress?(progress: Progress): void;
  /** A sentence that the user should read. */
  onNote?(note: string): void;
}

/** How a run ended. */
export type RunOutcome = {
  readonly directory: string;
  readonly config: RunConfig;
  /** Time that the run has taken, over all its sessions. */
  readonly seconds: number;
} & ({ readonly status: 'interrupted' } | FinishedRun);

/** A run that has ended as it should. */
export interface FinishedRun {
  readonly status: 'done';
  readonly summary: Summary;
  /** The first table that the run put out. */
  readonly table: TableEntry | undefined;
}

export interface Session {
  readonly experiment: Experiment;
  readonly directory: string;
  readonly config: RunConfig;
  readonly settings: Record<string, unknown>;
  readonly environment: Environment;
  readonly hooks: RunHooks;
  /** The directory's, which the caller holds. */
  readonly lock: Lock;
  readonly writeFile: WriteFile;
  /** Where independent units are done; in this process unless given. */
  readonly executor?: UnitExecutor | undefined;
}

/** Runs an experiment in its directory, from its checkpoints on. */
export function execute(session: Session): Promise<RunOutcome> {
  const { lock, writeFile } = session;
  return executeGuarded({
    ...session,
    async writeFile(path, content) {
      lock.verify();
      await writeFile(path, content);
    },
  });
}

async function executeGuarded(session: Session): Promise<RunOutcome> {
  const { directory, config, hooks } = session;
  const clock = startClock((await readState(directory)).seconds);
  const environments = gatherEnvironments(session.environment, hooks.onNote);
  const setState = (state: Pick<RunState, 'status' | 'error'>) => {
    const whole: RunState = { ...state, seconds: clock.seconds(), environments: environments.all() };
    return session.writeFile(join(directory, runFiles.state), toJson(whole));
  };
  await setState({ status: 'running' });
  hooks.onStart?.(directory);

  const metrics = openMetrics(join(directory, runFiles.metrics), session.lock.verifyIfLate);
  try {
    const finished = await runToEnd(session, metrics, clock, environments);
    const seconds = clock.seconds();
    await setState({ status: 'done' });
    await writeReport(directory, session.writeFile);
    return { directory, config, seconds, ...finished };
  } catch (error) {
    if (isInterruption(error, hooks.signal)) {
      await setState({ status: 'interrupted' });
      return { directory, config, seconds: clock.seconds(), status: 'interrupted' };
    }
    // On a full disk this fails too; the run then counts as killed, which resumes all the same.
    await setState({ status: 'failed', error: messageOf(error) }).catch(() => undefined);
    throw error;
  } finally {
    metrics.close();
  }
}

/** Also where a library wraps the signal's reason in an error of its own. */
function isInterruption(error: unknown, signal: AbortSignal | undefined): boolean {
  if (!signal?.aborted) return false;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause === signal.reason || cause.name === 'AbortError') return true;
  }
  return false;
}

async function runToEnd(
  session: Session,
  metrics: Metrics,
  clock: Clock,
  environments: Environments,
): Promise<FinishedRun> {
  const { experiment, directory, settings, config, environment, hooks, writeFile } = session;
  const outputs = openOutputs(directory, writeFile);
  const store = openCheckpoints({
    folder: join(directory, runFiles.checkpoints),
    run: config.fingerprint ?? '',
    environment,
    writeFile,
    onLoad(checkpoint) {
      clock.before(checkpoint.seconds);
      environments.add(checkpoint.environment);
    },
    onUnusable: (note) => hooks.onNote?.(note),
  });
  const signal = hooks.signal ?? new AbortController().signal;
  const told = { signal, seconds: clock.seconds, onNote: (note: string) => hooks.onNote?.(note) };
  const executor = await (experiment.timing ? undefined : session.executor)?.open({ directory, config, ...told });
  const { context, settle } = createContext({
    settings,
    seed: config.seed,
    signal,
    metrics,
    store,
    outputs,
    async writeOutput(name, file, content) {
      const folder = join(directory, name);
      await makeFolder(folder);
      await writeFile(join(folder, file), content);
    },
    executor,
    seconds: clock.seconds,
    onProgress: (progress) => hooks.onProgress?.(progress),
  });
  let result: Summary;
  try {
    result = await runSettled(() => experiment.run(context), settle);
  } finally {
    const workers = executor?.workers?.() ?? 1;
    if (workers > 1) environments.setWorkers(workers);
    await executor?.close();
  }
  const summary = completeSummary(experiment, result, clock.seconds());
  await writeFile(join(directory, runFiles.summary), toJson(summary));
  return { status: 'done', summary, table: outputs.current().tables[0] };
}

/** Waits for what is still being written, and lets an error of the experiment itself go first. */
async function runSettled<T>(run: () => Promise<T>, settle: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await run();
  } catch (error) {
    await settle().catch(() => undefined);
    throw error;
  }
  await settle();
  return result;
}
