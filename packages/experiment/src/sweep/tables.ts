import type { Table } from '../context.ts';
import { formatValue } from '../report/format.ts';
import type { SweepResults } from './outputs.ts';
import type { ConfigurationResult, TrialResult } from './results.ts';
import type { SweepReport } from './swept.ts';
import { trialText, wordOf } from './trial.ts';

/** More rows are read in the file than on a page. */
const MOST_ROWS = 500;

/** Settings that are tried at more than one value. */
export const varied = ({ space }: SweepReport['settings']): string[] =>
  Object.entries(space)
    .filter(([, dimension]) => dimension.kind !== 'choices' || dimension.values.length > 1)
    .map(([key]) => key);

/** Results that are numbers in every configuration that has any; the metric first. */
export function shownResults({ configurations, settings }: Pick<SweepReport, 'configurations' | 'settings'>): string[] {
  const keys = new Set(configurations.flatMap(({ mean }) => Object.keys(mean)));
  return [...keys].sort((a, b) => Number(b === settings.metric) - Number(a === settings.metric));
}

/** A row for each configuration, mean ± deviation over its seeds; the best is marked. */
export function configurationsTable(report: SweepReport, best: ConfigurationResult | undefined): Table {
  const { configurations, settings } = report;
  const [keys, results] = [varied(settings), shownResults(report)];
  const shown = configurations.length > MOST_ROWS ? leading(report).slice(0, MOST_ROWS) : configurations;
  const { seeds, metric, goal } = settings;
  const several = seeds.length > 1 ? `mean ± standard deviation over ${seeds.length} seeds` : `seed ${seeds[0]}`;
  const mark = metric === '' ? '' : ` The best by \`${metric}\` (${goal}) is marked.`;
  const left =
    shown.length < configurations.length
      ? ` The best ${MOST_ROWS} of ${configurations.length}; \`trials.csv\` has all.`
      : '';
  const incomplete = configurations.some(({ failed, pruned }) => failed + pruned > 0);
  return {
    title: 'Configurations',
    caption: `Results: ${several}.${mark}${left}`,
    columns: [
      'configuration',
      ...keys,
      ...results,
      ...(incomplete ? ['failed', 'stopped'] : []),
      ...(metric === '' ? [] : ['best']),
    ],
    rows: shown.map((each) => [
      each.number,
      ...keys.map((key) => cell(each.settings[key])),
      ...results.map((key) => withDeviation(each, key)),
      ...(incomplete ? [each.failed, each.pruned] : []),
      ...(metric === '' ? [] : [each === best ? '★' : '']),
    ]),
  };
}

const cell = (value: unknown) => (typeof value === 'number' ? value : wordOf(value));

/** `91.2 ± 0.3`, the deviation where two trials or more came to it; a dash where none did. */
function withDeviation({ mean, deviation, done }: ConfigurationResult, key: string): string | number {
  const value = mean[key];
  if (value === undefined) return '–';
  const digits = (x: number, count: number) => formatValue(Number(x.toPrecision(count)));
  return done < 2 ? Number(value.toPrecision(5)) : `${digits(value, 5)} ± ${digits(deviation[key]!, 3)}`;
}

/** From the best on, those without a score last. */
function leading({ configurations, settings: { goal } }: SweepReport): ConfigurationResult[] {
  const sign = goal === 'max' ? -1 : 1;
  const rank = ({ score }: ConfigurationResult) => (score === undefined ? Infinity : sign * score);
  return configurations.toSorted((a, b) => (rank(a) === rank(b) ? a.number - b.number : rank(a) - rank(b)));
}

/** The best trial and what does it again. */
export function bestTable(
  { configuration, settings, score, trial }: NonNullable<SweepResults['best']>,
  command: string,
): Table {
  return {
    title: 'Best',
    caption:
      'The best configuration by the mean of the metric over its seeds; the command does the best of its trials again, as a run of its own.',
    columns: ['', 'value'],
    rows: [
      ['configuration', configuration],
      ...Object.entries(settings).map(([key, value]) => [key, cell(value)]),
      ['mean of the metric', score],
      ['best trial', trial],
      ['command', `\`${command}\``],
    ],
  };
}

/** Trials that failed, and why; undefined where none did. */
export function failuresTable(trials: readonly TrialResult[]): Table | undefined {
  const failed = trials.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return undefined;
  return {
    title: 'Trials that failed',
    caption: failed.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${failed.length}; \`trials.csv\` has all.` : '',
    columns: ['trial', 'settings', 'why'],
    rows: failed.slice(0, MOST_ROWS).map((trial) => [trial.number, trialText(trial), trial.message ?? '']),
  };
}
