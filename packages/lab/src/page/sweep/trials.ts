import { numberIn } from '@unbraid/experiment/statistics';
import type { Sweep, TrialInfo } from '../../api.ts';
import { bestOf, spreadOf } from '../values/statistics.ts';

/** Results that trials can be judged by: the sweep's own first. */
export function metricsOf(sweep: Sweep): readonly string[] {
  const found = new Set(sweep.trials.flatMap(({ summary }) => Object.keys(summary)));
  return sweep.metric && found.has(sweep.metric)
    ? [sweep.metric, ...[...found].filter((name) => name !== sweep.metric)]
    : [...found];
}

/** The result of a trial as a number; undefined where it has none, being unfinished, failed or of another kind. */
export const resultOf = (trial: TrialInfo, metric: string): number | undefined => numberIn(trial.summary[metric]);

/** Trials of one configuration, over its seeds. */
export interface Configured {
  readonly configuration: number;
  readonly trials: readonly TrialInfo[];
  /** Mean of the results; undefined where no trial has one. */
  readonly mean: number | undefined;
}

export function configurations(trials: readonly TrialInfo[], metric: string): readonly Configured[] {
  const found = new Map<number, TrialInfo[]>();
  for (const trial of trials) found.set(trial.configuration, [...(found.get(trial.configuration) ?? []), trial]);
  return [...found].map(([configuration, own]) => ({
    configuration,
    trials: own,
    mean: spreadOf(own.flatMap((trial) => resultOf(trial, metric) ?? []))?.mean,
  }));
}

/** The configuration whose mean is best, the first where several tie; undefined where none has a finite one. */
export function bestConfiguration(
  trials: readonly TrialInfo[],
  metric: string,
  goal: 'min' | 'max',
): Configured | undefined {
  const all = configurations(trials, metric);
  const [first] = bestOf(
    all.map(({ mean }) => mean),
    goal,
  );
  return first === undefined ? undefined : all[first];
}

/** The best result up to each trial, in the order of their numbers. NaN and infinities are never best. */
export function historyOf(
  trials: readonly TrialInfo[],
  metric: string,
  goal: 'min' | 'max',
): readonly { readonly number: number; readonly result: number; readonly best: number }[] {
  const better = goal === 'min' ? Math.min : Math.max;
  let best: number | undefined;
  return [...trials]
    .sort((a, b) => a.number - b.number)
    .flatMap((trial) => {
      const result = resultOf(trial, metric);
      if (result === undefined || !Number.isFinite(result)) return [];
      best = best === undefined ? result : better(best, result);
      return [{ number: trial.number, result, best }];
    });
}
