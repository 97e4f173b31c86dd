import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { errorCode } from '@unbraid/checks/node';
import { z } from 'zod';
import { RunError, UsageError } from '../errors.ts';
import { presetNames } from '../experiment.ts';
import { readText, remedied } from '../files.ts';
import { environmentSchema } from './environment.ts';

const settingDescription = z.object({
  name: z.string(),
  type: z.string(),
  default: z.unknown(),
  description: z.string(),
});

const metricColumn = z.object({
  description: z.string(),
  unit: z.string().optional(),
  x: z.string().optional(),
  by: z.array(z.string()).readonly().optional(),
});

/** In the place of a preset: the settings are those of a program of one's own, which `createRun` was told of. */
export const OWN = 'own';

const configSchema = z.object({
  /** 1 had no fingerprint and checkpoints without checksums: it can be read, and not resumed. */
  format: z.union([z.literal(1), z.literal(2)]),
  experiment: z.string(),
  preset: z.enum([...presetNames, OWN]),
  /** All settings of the run. */
  config: z.record(z.string(), z.unknown()),
  seed: z.int().min(0),
  /** What was set over the preset. */
  overrides: z.record(z.string(), z.unknown()),
  /** The command that makes this run again. */
  command: z.string(),
  /** ISO 8601. */
  started: z.string(),
  ...environmentSchema.shape,
  /** What the experiment says of itself, so that the directory explains itself without the code. */
  about: z.object({
    title: z.string(),
    paper: z.string(),
    description: z.string(),
    settings: z.array(settingDescription),
    summary: z.record(z.string(), z.string()),
    /** By the names of columns of `metrics.jsonl`; runs of earlier versions have none. */
    metrics: z.record(z.string(), metricColumn).optional(),
  }),
  /** SHA-256 of all entries above: every checkpoint carries it, and it tells whether this file was edited. */
  fingerprint: z.string().optional(),
});

/** `config.json`: everything that made the run, and what its settings and results mean. */
export type RunConfig = Readonly<z.output<typeof configSchema>>;

const stateSchema = z.object({
  status: z.enum(['running', 'interrupted', 'failed', 'done']),
  /** Time that the run has taken, over all its sessions. */
  seconds: z.number().min(0),
  /** Why it failed. */
  error: z.string().optional(),
  /** Where its parts were computed; more than one where it was resumed elsewhere or with other versions. */
  environments: z.array(environmentSchema).optional(),
});

/** `state.json`: how far the run came. A run that says `running` and holds no lock was killed. */
export type RunState = Readonly<z.output<typeof stateSchema>>;

/** Names of files and folders in a run's directory. */
export const runFiles = {
  config: 'config.json',
  state: 'state.json',
  metrics: 'metrics.jsonl',
  timeline: 'timeline.jsonl',
  progress: 'progress.json',
  workers: 'workers.json',
  summary: 'summary.json',
  outputs: 'outputs.json',
  report: 'report.html',
  figures: 'figures',
  checkpoints: 'checkpoints',
  artifacts: 'artifacts',
  lock: 'lock',
} as const;

/**
 * @param remedy what to do about a file that is damaged
 * @throws RunError where the file is there and is not what `schema` says
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>, remedy: string): Promise<T | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : remedied(path, remedy, () => schema.parse(JSON.parse(text)));
}

/** With the members of objects in the order of their names, so that it doesn't matter how a file was laid out. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, canonical(part)]));
}

/** Of everything that a configuration says. */
export function fingerprintOf(config: Readonly<Record<string, unknown>>): string {
  const { fingerprint: _, ...said } = config;
  return createHash('sha256')
    .update(JSON.stringify(canonical(said)))
    .digest('hex');
}

/**
 * @throws UsageError where `directory` holds no run
 * @throws RunError where the file is damaged or was edited
 */
export async function readConfig(directory: string): Promise<RunConfig> {
  const path = join(directory, runFiles.config);
  const text = await readText(path).catch((error) => {
    if (errorCode(error.cause) === 'ENOTDIR')
      throw new UsageError(`experiment: ${directory} is a file, not a run directory`);
    throw error;
  });
  if (text === undefined) {
    throw new UsageError(`experiment: ${directory} is not a run directory: it has no ${runFiles.config}`);
  }
  return remedied(path, 'start a new run', () => {
    const said = JSON.parse(text);
    const config = configSchema.parse(said);
    if (config.format === 2 && config.fingerprint !== fingerprintOf(said)) {
      throw new RunError(
        `experiment: ${path} was edited after the run began, so its results and checkpoints are not those of its settings; ` +
          'undo that, or start a new run',
      );
    }
    return config;
  });
}

/** A run without `state.json` was killed before it began. */
export async function readState(directory: string): Promise<RunState> {
  const path = join(directory, runFiles.state);
  const state = await readJson(path, stateSchema, 'delete it and resume the run, which writes it again');
  return state ?? { status: 'running', seconds: 0 };
}

const scalarsSchema = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** A run's results, by name; undefined where it is not done. @throws {RunError} where the file is damaged */
export function readSummary(directory: string): Promise<z.output<typeof scalarsSchema> | undefined> {
  const path = join(directory, runFiles.summary);
  return readJson(path, scalarsSchema, 'delete it and resume the run, which writes it again');
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
