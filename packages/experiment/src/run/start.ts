import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { checkExperiment } from '../check.ts';
import { UsageError } from '../errors.ts';
import type { Experiment, PresetName } from '../experiment.ts';
import { describeSettings } from '../settings/describe.ts';
import { parseSettings } from '../settings/parse.ts';
import type { UnitExecutor } from '../workers/executor.ts';
import { fingerprintOf, type RunConfig, runFiles, toJson } from './config.ts';
import { createDefaultDirectory, createNamedDirectory, makeParts, type NewDirectory, refuseUsed } from './directory.ts';
import { describeMachine, type Environment, ownVersions } from './environment.ts';
import { execute, type RunHooks, type RunOutcome } from './execute.ts';
import { type Lock, lockRun } from './lock.ts';
import type { WriteFile } from './write-file.ts';

/** What `startRun` takes. */
export interface StartOptions {
  /** @defaultValue `short` */
  readonly preset?: PresetName;
  /** Settings over the preset's. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Non-negative integer. @defaultValue 0 */
  readonly seed?: number;
  /** A folder that is empty or not there yet. @defaultValue `runs/<experiment>-<preset>-<UTC time>` */
  readonly directory?: string;
  /** The command that makes this run again, for `config.json` and the report. */
  readonly command?: string;
  /** Of the engines at work, beside those of Node and Unbraid. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly hooks?: RunHooks;
  readonly writeFile?: WriteFile;
  /** Where units that don't depend on one another are done. @defaultValue this process */
  readonly executor?: UnitExecutor;
}

function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new UsageError(`experiment: the seed is ${seed}; it must be a non-negative integer below 2^53`);
}

/**
 * Runs an experiment in a directory of its own. Everything that the run is, is in that directory.
 * @returns what came out, or that the run was interrupted and can be resumed.
 * @throws UsageError for wrong settings or a directory in use, before anything is written; whatever the experiment
 *   throws, after the run is marked as failed.
 */
export async function startRun(experiment: Experiment, options: StartOptions = {}): Promise<RunOutcome> {
  const { preset = 'short', overrides = {}, seed = 0, hooks = {}, writeFile = writeFileAtomic } = options;
  checkExperiment(experiment);
  checkSeed(seed);
  const settings = parseSettings(experiment, preset, overrides);
  const started = new Date();
  const environment = { versions: { ...ownVersions(), ...options.versions }, machine: describeMachine() };
  const config = describeRun(experiment, { ...options, preset, overrides, seed }, settings, environment, started);

  const place = await (options.directory === undefined
    ? createDefaultDirectory('runs', `${experiment.name.replaceAll('/', '-')}-${preset}`, started)
    : createNamedDirectory(options.directory));
  const lock = await begin(place, config, writeFile);
  try {
    return await execute({
      experiment,
      directory: place.path,
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

/** Locks and fills the folder, or leaves no trace. What another process does to the same folder stays as it is. */
export async function begin({ path, undo }: NewDirectory, config: RunConfig, writeFile: WriteFile): Promise<Lock> {
  const lock = await lockRun(path);
  try {
    // Between the look at the folder and the lock another run may have come and gone.
    await refuseUsed(path, true);
    await makeParts(path);
    await writeFile(join(path, runFiles.config), toJson(config));
    return lock;
  } catch (error) {
    await lock.release();
    await undo();
    throw error;
  }
}

function describeRun(
  { name, title, paper, description, settings: schema, summary, metrics }: Experiment,
  options: StartOptions & Required<Pick<StartOptions, 'preset' | 'overrides' | 'seed'>>,
  settings: Record<string, unknown>,
  environment: Environment,
  started: Date,
): RunConfig {
  const config: RunConfig = {
    format: 2,
    experiment: name,
    preset: options.preset,
    config: settings,
    seed: options.seed,
    overrides: { ...options.overrides },
    command: options.command ?? '',
    started: started.toISOString(),
    ...environment,
    about: {
      title,
      paper,
      description,
      settings: describeSettings(schema),
      summary: { ...summary },
      ...(metrics !== undefined && { metrics: { ...metrics } }),
    },
  };
  // As it will be read: what JSON leaves out, such as a default of undefined, is not there to be compared.
  return { ...config, fingerprint: fingerprintOf(JSON.parse(JSON.stringify(config))) };
}
