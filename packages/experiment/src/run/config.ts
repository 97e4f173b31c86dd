import { join } from 'node:path';
import { z } from 'zod';
import { RunError, UsageError } from '../errors.ts';
import { presetNames } from '../experiment.ts';
import { readText } from '../files.ts';

const settingDescription = z.object({
  name: z.string(),
  type: z.string(),
  default: z.unknown(),
  description: z.string(),
});

const configSchema = z.object({
  format: z.literal(1),
  experiment: z.string(),
  preset: z.enum(presetNames),
  /** All settings of the run. */
  config: z.record(z.string(), z.unknown()),
  seed: z.int().min(0),
  /** What was set over the preset. */
  overrides: z.record(z.string(), z.unknown()),
  /** The command that makes this run again. */
  command: z.string(),
  /** ISO 8601. */
  started: z.string(),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ cpu: z.string(), cores: z.int(), memoryGiB: z.number(), os: z.string() }),
  /** What the experiment says of itself, so that the directory explains itself without the code. */
  about: z.object({
    title: z.string(),
    paper: z.string(),
    description: z.string(),
    settings: z.array(settingDescription),
    summary: z.record(z.string(), z.string()),
  }),
});

/** `config.json`: everything that made the run, and what its settings and results mean. */
export type RunConfig = Readonly<z.output<typeof configSchema>>;

const stateSchema = z.object({
  status: z.enum(['running', 'interrupted', 'failed', 'done']),
  /** Time that the run has taken, over all its sessions. */
  seconds: z.number(),
  /** Why it failed. */
  error: z.string().optional(),
});

/** `state.json`: how far the run came. A run that says `running` and holds no lock was killed. */
export type RunState = Readonly<z.output<typeof stateSchema>>;

export const runFiles = {
  config: 'config.json',
  state: 'state.json',
  metrics: 'metrics.jsonl',
  summary: 'summary.json',
  outputs: 'outputs.json',
  report: 'report.html',
  figures: 'figures',
  checkpoints: 'checkpoints',
  lock: 'lock',
} as const;

/** @throws RunError where the file is there and is not what `schema` says. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new RunError(`experiment: ${path} is damaged or from another version; start a new run`, { cause: error });
  }
}

/** @throws UsageError where `directory` holds no run. */
export async function readConfig(directory: string): Promise<RunConfig> {
  const config = await readJson(join(directory, runFiles.config), configSchema);
  if (config === undefined) {
    throw new UsageError(`experiment: ${directory} is not a run directory: it has no ${runFiles.config}`);
  }
  return config;
}

/** A run without `state.json` was killed before it began. */
export async function readState(directory: string): Promise<RunState> {
  return (await readJson(join(directory, runFiles.state), stateSchema)) ?? { status: 'running', seconds: 0 };
}

const scalarsSchema = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

export function readSummary(directory: string): Promise<z.output<typeof scalarsSchema> | undefined> {
  return readJson(join(directory, runFiles.summary), scalarsSchema);
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
