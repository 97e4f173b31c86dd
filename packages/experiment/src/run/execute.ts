import { join } from 'node:path';
import type { Progress } from '../context.ts';
import { messageOf } from '../errors.ts';
import type { Experiment } from '../experiment.ts';
import { writeReport } from '../report/write.ts';
import type { Summary } from '../values.ts';
import type { UnitExecutor } from '../workers/executor.ts';
import { type RunConfig, runFiles, toJson } from './config.ts';
import type { TableEntry } from './output-entries.ts';
import { createContext } from './run-context.ts';
import { type OpenSession, openSession, type SessionRequest } from './session.ts';
import { completeSummary } from './summary.ts';

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

/** A session of an experiment's run. */
export interface Session extends SessionRequest {
  readonly experiment: Experiment;
  readonly settings: Record<string, unknown>;
  readonly hooks: RunHooks;
  /** Where independent units are done; in this process unless given. */
  readonly executor?: UnitExecutor | undefined;
}

/** Runs an experiment in its directory, from its checkpoints on. */
export async function execute(request: Session): Promise<RunOutcome> {
  const { directory, config, hooks } = request;
  const session = await openSession(request);
  try {
    const finished = await runToEnd(request, session);
    const seconds = await session.end({ status: 'done' });
    await writeReport(directory, session.writeFile);
    return { directory, config, seconds, ...finished };
  } catch (error) {
    if (isInterruption(error, hooks.signal)) {
      const seconds = await session.end({ status: 'interrupted' });
      return { directory, config, seconds, status: 'interrupted' };
    }
    // On a full disk this fails too; the run then counts as killed, which resumes all the same.
    await session.end({ status: 'failed', error: messageOf(error) }).catch(() => undefined);
    throw error;
  } finally {
    session.close();
  }
}

async function runToEnd(request: Session, session: OpenSession): Promise<FinishedRun> {
  const { experiment, directory, settings, config, hooks } = request;
  const { clock, environments, metrics, outputs, store } = session;
  const signal = hooks.signal ?? new AbortController().signal;
  const told = { signal, seconds: clock.seconds, onNote: (note: string) => hooks.onNote?.(note) };
  const executor = await (experiment.timing ? undefined : request.executor)?.open({ directory, config, ...told });
  const { context, settle } = createContext({
    settings,
    seed: config.seed,
    signal,
    metrics,
    store,
    outputs,
    writeOutput: session.writeOutput,
    executor,
    seconds: clock.seconds,
    onProgress(progress) {
      session.progress.update(progress);
      hooks.onProgress?.(progress);
    },
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
  await session.writeFile(join(directory, runFiles.summary), toJson(summary));
  return { status: 'done', summary, table: outputs.current().tables[0] };
}

/** Also where a library wraps the signal's reason in an error of its own. */
export function isInterruption(error: unknown, signal: AbortSignal | undefined): boolean {
  if (!signal?.aborted) return false;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause === signal.reason || cause.name === 'AbortError') return true;
  }
  return false;
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
