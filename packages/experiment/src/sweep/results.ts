import { deviation, mean, numberIn } from '../statistics.ts';
import type { SweepSettings } from './settings.ts';
import { type Configuration, identityOf } from './space.ts';
import type { Scored } from './tpe/propose.ts';
import type { Trial, TrialValue } from './trial.ts';

/** A trial and what became of it; `given`: its result was there already. */
export interface TrialResult extends Trial, Omit<TrialValue, 'status'> {
  readonly status: TrialValue['status'] | 'given';
}

/** A configuration over its seeds. */
export interface ConfigurationResult {
  /** Counted from 1. */
  readonly number: number;
  readonly settings: Configuration;
  /** Its trials that came to a result. */
  readonly done: number;
  readonly failed: number;
  readonly pruned: number;
  /** Numbers of the summary over its seeds. */
  readonly mean: Readonly<Record<string, number>>;
  /** Standard deviations over its seeds; 0 for one. */
  readonly deviation: Readonly<Record<string, number>>;
  /** The mean of the metric; undefined where there is none, or a trial failed, was stopped, or came to no finite number. */
  readonly score: number | undefined;
}

const isResult = ({ status }: TrialResult): boolean => status === 'done' || status === 'given';

function byConfiguration(trials: readonly TrialResult[]): Map<number, TrialResult[]> {
  const groups = new Map<number, TrialResult[]>();
  for (const trial of trials) {
    const group = groups.get(trial.configuration);
    if (group === undefined) groups.set(trial.configuration, [trial]);
    else group.push(trial);
  }
  return groups;
}

/** Each configuration over its trials, in the order of their numbers. */
export function configurationResults(
  trials: readonly TrialResult[],
  { metric }: Pick<SweepSettings, 'metric'>,
): ConfigurationResult[] {
  return [...byConfiguration(trials)].map(([number, own]) => {
    const results = own.filter(isResult);
    const count = (status: string) => own.filter((trial) => trial.status === status).length;
    const columns = Object.keys(results[0]?.summary ?? {}).flatMap((key) => {
      const values = results.map(({ summary }) => numberIn(summary[key]));
      return values.every((value) => value !== undefined) ? [[key, values] as const] : [];
    });
    const over = (statistic: (values: readonly number[]) => number) =>
      Object.fromEntries(columns.map(([key, values]) => [key, statistic(values)]));
    const means = over(mean);
    const score = results.length === own.length ? means[metric] : undefined;
    return {
      number,
      settings: own[0]!.settings,
      done: results.length,
      failed: count('failed'),
      pruned: count('pruned'),
      mean: means,
      deviation: over(deviation),
      score: score !== undefined && Number.isFinite(score) ? score : undefined,
    };
  });
}

/** The best of them; undefined where none has a score. Of equally good ones the first. */
export function bestOf(
  configurations: readonly ConfigurationResult[],
  goal: SweepSettings['goal'],
): ConfigurationResult | undefined {
  let best: ConfigurationResult | undefined;
  for (const each of configurations)
    if (each.score !== undefined && isBetter(each.score, best?.score, goal)) best = each;
  return best;
}

/** Whether a score is better than another, which may be missing. */
export const isBetter = (score: number, than: number | undefined, goal: SweepSettings['goal']): boolean =>
  than === undefined || (goal === 'max' ? score > than : score < than);

/** What tpe learns from. */
export const scoresOf = (configurations: readonly ConfigurationResult[], goal: SweepSettings['goal']): Scored[] =>
  configurations.map(({ settings, score }) => ({
    settings,
    loss: score === undefined ? Infinity : goal === 'max' ? -score : score,
  }));

/** What tells a trial of a configuration and a seed. */
export const trialIdentity = (settings: Configuration, seed: number): string => `${identityOf(settings)} ${seed}`;
