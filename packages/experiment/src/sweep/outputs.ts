import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Experiment } from '../experiment.ts';
import { fileFailure, remedied } from '../files.ts';
import { runFiles } from '../run/config.ts';
import type { ConfigurationResult, TrialResult } from './results.ts';
import type { SweepSettings } from './settings.ts';
import { jsonSchema } from './space.ts';
import { wordsOfTrial } from './words.ts';

/** Its artifacts. */
export const sweepFiles = { results: 'sweep.json', trials: 'trials.csv' } as const;

const scalars = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const numbers = z.record(z.string(), z.union([z.number(), z.string()]));
const chosen = z.record(z.string(), jsonSchema);

const resultsSchema = z.strictObject({
  experiment: z.string(),
  trials: z.array(
    z.strictObject({
      trial: z.int(),
      configuration: z.int(),
      settings: chosen,
      seed: z.int(),
      status: z.enum(['done', 'failed', 'pruned', 'given']),
      summary: scalars,
      /** Time that it took; 0 of a given one. */
      seconds: z.number(),
      error: z.string().optional(),
    }),
  ),
  configurations: z.array(
    z.strictObject({
      configuration: z.int(),
      settings: chosen,
      done: z.int(),
      failed: z.int(),
      pruned: z.int(),
      mean: numbers,
      deviation: numbers,
      score: z.number().nullable(),
    }),
  ),
  best: z
    .strictObject({
      configuration: z.int(),
      settings: chosen,
      score: z.number(),
      trial: z.int(),
      /** The words behind `unbraid` that do its best trial as a run of its own. */
      words: z.array(z.string()),
    })
    .nullable(),
});

/** What a sweep came to, as `artifacts/sweep.json` has it; numbers that JSON has no word for are text. */
export type SweepResults = Readonly<z.output<typeof resultsSchema>>;

/** Of a configuration the trial whose metric is best. */
export function bestTrial(
  trials: readonly TrialResult[],
  { number }: ConfigurationResult,
  { metric, goal }: SweepSettings,
): TrialResult {
  const sign = goal === 'max' ? 1 : -1;
  const metricOf = ({ summary }: TrialResult) => sign * Number(summary[metric]);
  return trials
    .filter(({ configuration }) => configuration === number)
    .reduce((best, each) => (metricOf(each) > metricOf(best) ? each : best));
}

/** What the artifact holds. */
export function resultsOf(
  inner: Experiment,
  settings: SweepSettings,
  trials: readonly TrialResult[],
  configurations: readonly ConfigurationResult[],
  best: ConfigurationResult | undefined,
): SweepResults {
  const first = best && bestTrial(trials, best, settings);
  return {
    experiment: inner.name,
    trials: trials.map(({ number, configuration, settings: own, seed, status, summary, seconds, message }) => ({
      trial: number,
      configuration,
      settings: own,
      seed,
      status,
      summary,
      seconds,
      ...(message !== undefined && { error: message }),
    })),
    configurations: configurations.map(({ number, score, mean, deviation, ...rest }) => ({
      configuration: number,
      ...rest,
      mean: plain(mean),
      deviation: plain(deviation),
      score: score ?? null,
    })),
    best:
      best === undefined || first === undefined
        ? null
        : {
            configuration: best.number,
            settings: best.settings,
            score: best.score!,
            trial: first.number,
            words: wordsOfTrial(inner.name, settings.preset, first),
          },
  };
}

const plain = (values: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Number.isFinite(value) ? value : String(value)]),
  );

/**
 * What a sweep that is done came to, from its run directory.
 * @throws {RunError} where the file isn't there or is damaged
 */
export async function readSweep(directory: string): Promise<SweepResults> {
  const path = join(directory, runFiles.artifacts, sweepFiles.results);
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fileFailure('read', path, error);
  });
  return remedied(path, 'resume the run, which writes it again', () => resultsSchema.parse(JSON.parse(text)));
}
