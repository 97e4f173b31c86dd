import { unknownName } from '@unbraid/checks';
import type { Experiment } from '../experiment.ts';
import { numberIn } from '../statistics.ts';
import type { JsonValue } from '../values.ts';
import { csvRecords, csvText } from './csv.ts';
import { refusal } from './grammar.ts';
import type { TrialResult } from './results.ts';
import type { GivenTrial } from './settings.ts';
import { type Dimension, type Space, settingOf } from './space.ts';
import { wordOf } from './trial.ts';

/** Results stand in columns of this, so that settings may have their names. */
const RESULT = 'result.';

/** A table of trials: a column for each setting of the space, one `result.key` for each result of the experiment. */
export function trialsCsv({ summary }: Experiment, space: Space, trials: readonly TrialResult[]): string {
  const [keys, results] = [Object.keys(space), Object.keys(summary)];
  const columns = [...['trial', 'configuration', ...keys, 'seed', 'status'], ...results.map((key) => RESULT + key)];
  const rows = trials.map((trial) => [
    trial.number,
    trial.configuration,
    ...keys.map((key) => wordOf(trial.settings[key])),
    trial.seed,
    trial.status,
    ...results.map((key) => trial.summary[key] ?? ''),
    trial.seconds,
    trial.message ?? '',
  ]);
  return csvText([[...columns, 'seconds', 'error'], ...rows]);
}

/** Trials of a table. */
export interface ImportedTrials {
  readonly given: GivenTrial[];
  /** How many rows are of trials that failed or were stopped, which are none. */
  readonly leftOut: number;
}

/**
 * Trials of a table such as `trials.csv` of a sweep: columns for the settings of the space, `seed`, `result.key` for results, and `status` where some came to none.
 * Columns with other names are of no account.
 * @throws {UsageError} for a column that is missing, a result that the experiment hasn't and a value that the space doesn't hold
 */
export function trialsFromCsv(inner: Experiment, space: Space, text: string): ImportedTrials {
  const refuse = (why: string) => refusal(inner, `the table of trials: ${why}`);
  const records = csvRecords(text);
  const [header = [], ...rows] = records;
  const columnOf = (name: string) => {
    const at = header.indexOf(name);
    if (at < 0) throw refuse(unknownName('column', name, header));
    return at;
  };
  const settings = Object.entries(space).map(([key, dimension]) => ({ key, dimension, at: columnOf(key) }));
  const seedAt = columnOf('seed');
  const statusAt = header.indexOf('status');
  const results = header.flatMap((name, at) =>
    name.startsWith(RESULT) ? [{ key: name.slice(RESULT.length), at }] : [],
  );
  const keys = Object.keys(inner.summary);
  for (const { key } of results) if (!keys.includes(key)) throw refuse(unknownName('result', key, keys));
  const given: GivenTrial[] = [];
  for (const [i, row] of rows.entries()) {
    const place = `row ${i + 1}`;
    if (row.length !== header.length) throw refuse(`${place} has ${row.length} cells for ${header.length} columns`);
    if (statusAt >= 0 && !['done', 'given'].includes(row[statusAt]!)) continue;
    const chosen = settings.map(({ key, dimension, at }): [string, JsonValue] => {
      const value = settingFromText(dimension, row[at]!);
      if (value === undefined) throw refuse(`${place}: ${key} is "${row[at]}", which the space doesn't hold`);
      return [key, value];
    });
    const seed = Number(row[seedAt]);
    if (!/^\d+$/.test(row[seedAt]!) || !Number.isSafeInteger(seed))
      throw refuse(`${place}: the seed is "${row[seedAt]}"`);
    const summary = results.flatMap(({ key, at }) =>
      row[at] === '' ? [] : [[key, scalarFromText(row[at]!)] as const],
    );
    given.push({ settings: Object.fromEntries(chosen), seed, summary: Object.fromEntries(summary) });
  }
  return { given, leftOut: rows.length - given.length };
}

function settingFromText(dimension: Dimension, text: string): JsonValue | undefined {
  if (dimension.kind === 'choices') {
    const same = (value: JsonValue) =>
      wordOf(value) === text || (typeof value === 'number' && text.trim() !== '' && Number(text) === value);
    return dimension.values.find(same);
  }
  const number = Number(dimension.list ? /^\[(.*)\]$/.exec(text)?.[1] : text);
  return text.trim() === '' || Number.isNaN(number) ? undefined : settingOf(dimension, number);
}

function scalarFromText(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) || numberIn(text) !== undefined ? text : number;
}
