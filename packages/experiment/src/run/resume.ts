import { writeFileAtomic } from '@unbraid/checks/node';
import { UsageError } from '../errors.ts';
import type { Experiment } from '../experiment.ts';
import type { UnitExecutor } from '../workers/executor.ts';
import { OWN, type RunConfig, readConfig, readState, readSummary } from './config.ts';
import { makeParts, removeUnfinishedFiles } from './directory.ts';
import { describeMachine, ownVersions } from './environment.ts';
import { execute, type RunHooks, type RunOutcome } from './execute.ts';
import { type Lock, lockRun } from './lock.ts';
import { areThere, readOutputs } from './outputs.ts';
import type { WriteFile } from './write-file.ts';

/** What `resumeRun` takes. */
export interface ResumeOptions {
  readonly hooks?: RunHooks;
  /** As in `StartOptions`; it is noted, here and in the report, where parts of the run were computed with others. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly writeFile?: WriteFile;
  /** Where units that don't depend on one another are done. @defaultValue this process */
  readonly executor?: UnitExecutor;
  /** Waits until another process that is at the run ends, or has been silent for a minute where it can't be found out whether it lives. */
  readonly wait?: boolean;
}

/**
 * Goes on with a run that was interrupted, failed or was killed, and ends with the numbers of an uninterrupted one.
 * A run that is done is not run again: its results are read.
 * @param find the experiment of a name; throws where there is none.
 * @throws UsageError when `directory` holds no run, or another process is at it and `wait` isn't set.
 */
export async function resumeRun(
  directory: string,
  find: (name: string) => Promise<Experiment>,
  options: ResumeOptions = {},
): Promise<RunOutcome> {
  const { hooks = {}, writeFile = writeFileAtomic } = options;
  const config = await readConfig(directory);
  const done = await readDone(directory, config);
  if (done !== undefined) return done;

  if (config.format === 1) {
    throw new UsageError(
      `experiment: ${directory} was begun by an earlier version, whose checkpoints have no checksums; start a new run`,
    );
  }
  if (config.preset === OWN)
    throw new UsageError(
      `experiment: ${directory} holds a run of a program of its own; start that again, with resume: true in its createRun (${config.command})`,
    );
  const experiment = await find(config.experiment);
  const settings = readSettings(experiment, config, directory);
  const lock = await lockOf(directory, options);
  if (lock === undefined)
    return { directory, config, seconds: (await readState(directory)).seconds, status: 'interrupted' };
  try {
    // Another process may have come to the end in the meantime.
    const doneNow = await readDone(directory, config);
    if (doneNow !== undefined) return doneNow;
    await makeParts(directory);
    await removeUnfinishedFiles(directory);
    const environment = { versions: { ...ownVersions(), ...options.versions }, machine: describeMachine() };
    return await execute({
      experiment,
      directory,
      config,
      settings,
      environment,
      hooks,
      lock,
      writeFile,
      executor: options.executor,
    });
  } finally {
    await lock.release();
  }
}

/** Undefined where the run was interrupted while it waited. */
async function lockOf(directory: string, { wait = false, hooks = {} }: ResumeOptions): Promise<Lock | undefined> {
  if (!wait) return lockRun(directory);
  const { signal } = hooks;
  try {
    return await lockRun(directory, { signal, onNote: (note) => hooks.onNote?.(note) });
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

/** Undefined where the run isn't done, or its results are no longer there, or no longer what they were: they are made again from its checkpoints. */
async function readDone(directory: string, config: RunConfig): Promise<RunOutcome | undefined> {
  const { status, seconds } = await readState(directory);
  if (status !== 'done') return undefined;
  const summary = await readSummary(directory);
  const outputs = await readOutputs(directory);
  if (summary === undefined || outputs === undefined || !(await areThere(directory, outputs.artifacts)))
    return undefined;
  return { directory, config, seconds, status, summary, table: outputs.tables[0] };
}

export function readSettings(experiment: Experiment, config: RunConfig, directory: string): Record<string, unknown> {
  const result = experiment.settings.strict().safeParse(config.config);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const setting = path.length > 0 ? `setting ${path.join('.')}: ` : '';
  throw new UsageError(
    `experiment: the settings in ${directory} are not those of ${experiment.name} any more (${setting}${message}); start a new run`,
  );
}
