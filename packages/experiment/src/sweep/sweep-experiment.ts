import type { RunContext } from '../context.ts';
import { RunError } from '../errors.ts';
import { defineExperiment, type Experiment } from '../experiment.ts';
import type { Summary } from '../values.ts';
import { roundsOf } from './proposals.ts';
import { medianRival } from './prune.ts';
import { reportSweep } from './report.ts';
import { checkSweep, configurationsOf, ordered } from './request.ts';
import { bestOf, configurationResults, scoresOf, type TrialResult, trialIdentity } from './results.ts';
import { type SweepSettings, sweepSettings } from './settings.ts';
import { describeSweep, sweepName } from './sweep-name.ts';
import { runTrial, type Trial, trialText } from './trial.ts';

/** What `sweepExperiment` can be told. */
export interface SweepOptions {
  /** The command that words such as `run galu/compare --seed 1` make. @defaultValue `unbraid` and the words, quoted for a POSIX shell */
  readonly command?: (words: readonly string[]) => string;
  /** That a run which begins has: lines have its settings too, beside what is logged under their names. */
  readonly space?: SweepSettings['space'];
}

/**
 * An experiment that tries the settings of another: a run of it is a sweep, which is interrupted, resumed, reported and done by workers as any run is. A trial is a
 * configuration with a seed, and a unit.
 *
 * Configurations are found in rounds, each of which depends on rounds before and on nothing else, so that the numbers of a sweep don't depend on how many
 * trials are done at a time. Settings are checked by `checkSweep`, when a run begins too.
 * @throws {UsageError} in a run, before any trial, for settings that are wrong
 */
export function sweepExperiment(
  inner: Experiment,
  { command, space = {} }: SweepOptions = {},
): Experiment<typeof sweepSettings> {
  return defineExperiment({
    name: sweepName(inner.name),
    title: `Sweep: ${inner.title}`,
    paper: inner.paper,
    description: describeSweep(inner),
    settings: sweepSettings,
    presets: { smoke: { preset: 'smoke' }, short: { preset: 'short' }, full: { preset: 'full' } },
    summary: {
      trials: 'Trials: configurations with a seed each',
      configurations: 'Configurations that were tried',
      failed: 'Trials that failed',
      pruned: 'Trials that were stopped because they were behind',
      best: 'Mean of the metric over the seeds, of the best configuration',
      bestDeviation: 'Its standard deviation over the seeds',
      bestConfiguration: 'The number of the best configuration, counted from 1',
      seconds: 'Duration of the sweep in seconds',
    },
    metrics: metricsOfTrials(inner.metrics ?? {}, ['trial', 'seed', ...Object.keys(space)]),
    ...(inner.timing !== undefined && { timing: inner.timing }),
    async run(context) {
      const settings = checkSweep(inner, context.settings);
      const trials = await runTrials(inner, settings, context);
      refuseFailure(inner, trials);
      const configurations = configurationResults(trials, settings);
      await reportSweep(context, { inner, settings, trials, configurations, command });
      return summarize(settings, trials, configurations);
    },
  });
}

/** Trials log what their experiment does, each line with the trial's number, which tells their curves apart. */
function metricsOfTrials(
  metrics: NonNullable<Experiment['metrics']>,
  labels: readonly string[],
): NonNullable<Experiment['metrics']> {
  // As a trial's own columns are called that are called like those that tell trials apart.
  const labelled = (column: string): string => (labels.includes(column) ? `own.${column}` : column);
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { x, by = [], ...rest }]) => [
      labelled(name),
      { ...rest, ...(x !== undefined && { x: labelled(x) }), by: ['trial', ...by.map(labelled)] },
    ]),
  );
}

async function runTrials(
  inner: Experiment,
  settings: SweepSettings,
  context: RunContext<SweepSettings>,
): Promise<TrialResult[]> {
  const { seeds, preset, outputs, prune, given, goal, space } = settings;
  const total = configurationsOf(settings) * seeds.length;
  const known = new Map(given.map((each) => [trialIdentity(ordered(space, each.settings), each.seed), each.summary]));
  const results: TrialResult[] = [];
  const scores = () => scoresOf(configurationResults(results, settings), goal);
  for (const round of roundsOf(settings, context.seed, scores)) {
    const done = results.length;
    const trials = round.flatMap((configuration, i) =>
      seeds.map((seed, j): Trial => {
        const number = done + i * seeds.length + j + 1;
        return { number, configuration: done / seeds.length + i + 1, settings: configuration, seed };
      }),
    );
    const summaryOf = ({ settings: chosen, seed }: Trial) => known.get(trialIdentity(chosen, seed));
    const missing = trials.filter((trial) => summaryOf(trial) === undefined);
    const finished = results.filter(({ status }) => status === 'done');
    const curves = finished.flatMap(({ curve }) => (curve === undefined ? [] : [curve]));
    const rival = prune === null ? undefined : medianRival(prune, curves);
    const values = await context.units(
      missing,
      (trial) => `trial ${trial.number}: ${trialText(trial)}`,
      (trial) => runTrial({ inner, preset, outputs, rival }, context, trial),
      { label: 'trials', done: done + trials.length - missing.length, total },
    );
    const made = new Map(missing.map((trial, i) => [trial.number, values[i]!]));
    for (const trial of trials) {
      const value = made.get(trial.number) ?? { status: 'given' as const, summary: summaryOf(trial)!, seconds: 0 };
      results.push({ ...trial, ...value });
    }
  }
  return results;
}

/** @throws {RunError} where no trial came to a result */
function refuseFailure(inner: Experiment, trials: readonly TrialResult[]): void {
  if (trials.some(({ status }) => status !== 'failed')) return;
  const [first] = trials;
  throw new RunError(
    `experiment: all ${trials.length} trials of ${inner.name} failed, the first (${trialText(first!)}) of: ${first!.message}; ` +
      'failed trials are kept as results: once the cause is mended, start a new sweep',
  );
}

function summarize(
  { metric, goal }: SweepSettings,
  trials: readonly TrialResult[],
  configurations: ReturnType<typeof configurationResults>,
): Summary {
  const count = (status: string) => trials.filter((trial) => trial.status === status).length;
  const best = metric === '' ? undefined : bestOf(configurations, goal);
  return {
    trials: trials.length,
    configurations: configurations.length,
    failed: count('failed'),
    pruned: count('pruned'),
    ...(best !== undefined && {
      best: best.score!,
      bestDeviation: best.deviation[metric]!,
      bestConfiguration: best.number,
    }),
  };
}
