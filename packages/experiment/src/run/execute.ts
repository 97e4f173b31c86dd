import { join } from 'node:path';
import type { Progress } from '../context.ts';
import { messageOf, RunError } from '../errors.ts';
import type { Experiment } from '../experiment.ts';
import { writeReport } from '../report/write.ts';
import type { Summary } from '../values.ts';
import { latestStamp, openCheckpoints } from './checkpoint-store.ts';
import { type RunConfig, type RunState, readState, runFiles, toJson } from './config.ts';
import { openMetrics, plainScalars } from './metrics.ts';
import { openOutputs, readOutputs, type TableEntry } from './outputs.ts';
import { createContext } from './run-context.ts';
import type { WriteFile } from './write-file.ts';

/** What the caller of a run wants to hear and say meanwhile. */
export interface RunHooks {
  /** Abort it to interrupt the run: it stops where it can go on later. */
  readonly signal?: AbortSignal;
  onProgress?(progress: Progress): void;
  /** A sentence that the user should read. */
  onNote?(note: string): void;
}

export type RunOutcome = {
  readonly directory: string;
  readonly config: RunConfig;
  /** Time that the run has taken, over all its sessions. */
  readonly seconds: number;
} & ({ readonly status: 'interrupted' } | FinishedRun);

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
  readonly hooks: RunHooks;
  readonly writeFile: WriteFile;
}

/** Runs an experiment in its directory, from the latest checkpoint on. The caller holds the directory's lock. */
export async function execute(session: Session): Promise<RunOutcome> {
  const { directory, config, hooks } = session;
  const before = await readState(directory);
  const from = await latestStamp(join(directory, runFiles.checkpoints));
  const clock = startClock(Math.max(before.seconds, from.seconds));
  const setState = (state: Omit<RunState, 'seconds'>) =>
    session.writeFile(join(directory, runFiles.state), toJson({ ...state, seconds: clock() }));
  await setState({ status: 'running' });

  const metrics = openMetrics(join(directory, runFiles.metrics), from);
  try {
    const finished = await runToEnd(session, metrics, clock);
    const seconds = clock();
    await session.writeFile(join(directory, runFiles.state), toJson({ status: 'done', seconds }));
    await writeReport(directory, session.writeFile);
    return { directory, config, seconds, ...finished };
  } catch (error) {
    if (isInterruption(error, hooks.signal)) {
      await setState({ status: 'interrupted' });
      return { directory, config, seconds: clock(), status: 'interrupted' };
    }
    // On a full disk this fails too; the run then counts as killed, which resumes all the same.
    await setState({ status: 'failed', error: messageOf(error) }).catch(() => undefined);
    throw error;
  } finally {
    metrics.close();
  }
}

function startClock(secondsBefore: number): () => number {
  const began = performance.now();
  return () => Math.round(secondsBefore * 1000 + performance.now() - began) / 1000;
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
  { experiment, directory, settings, config, hooks, writeFile }: Session,
  metrics: ReturnType<typeof openMetrics>,
  seconds: () => number,
): Promise<FinishedRun> {
  const outputs = openOutputs(directory, await readOutputs(directory), writeFile);
  const { context, settle } = createContext({
    directory,
    settings,
    seed: config.seed,
    signal: hooks.signal ?? new AbortController().signal,
    metrics,
    store: openCheckpoints(join(directory, runFiles.checkpoints), writeFile),
    outputs,
    writeFile,
    seconds,
    onProgress: (progress) => hooks.onProgress?.(progress),
  });
  const result = await runSettled(() => experiment.run(context), settle);
  const summary = completeSummary(experiment, result, seconds());
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

function completeSummary({ name, summary: meanings }: Experiment, result: Summary, seconds: number): Summary {
  const unexplained = Object.keys(result).filter((key) => !Object.hasOwn(meanings, key));
  if (unexplained.length > 0) {
    throw new RunError(`experiment: ${name} returned ${unexplained.join(', ')}, which its summary does not explain`);
  }
  const summary = plainScalars(`the summary of ${name}`, result);
  return Object.hasOwn(meanings, 'seconds') && summary.seconds === undefined ? { ...summary, seconds } : summary;
}
