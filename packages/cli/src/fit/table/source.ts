import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { InputError, nearestFirst, showValue } from '@unbraid/checks';
import { RunError, UsageError } from '@unbraid/experiment';
import {
  type ColumnKind,
  type DataTable,
  type FitPreprocessorOptions,
  fitPreprocessor,
  foldRows,
  leakageNotices,
  type RowSplit,
  readDataTable,
  selectRows,
  type Target,
  targetOf,
} from '@unbraid/table';
import { hashOfFile } from '../../hash.ts';
import type { Answers } from './scores/answers.ts';
import type { TableSettings } from './settings.ts';

/** A table to learn from, ready to be divided. */
export interface TableSource {
  /** `diamonds.csv` */
  readonly name: string;
  /** The rows that have a target. */
  readonly table: DataTable;
  readonly target: Target;
  /** Columns to learn from. */
  readonly inputs: readonly string[];
  /** What is to be predicted, and what each row counts. */
  readonly answers: Answers;
  readonly folds: readonly RowSplit[];
  /** What a person should know before it begins, a line each. */
  readonly notices: readonly string[];
  readonly sha256: string;
}

/** @throws {UsageError} where there is no such file */
export function checkFile(path: string): void {
  if (!existsSync(path)) throw new UsageError(`fit: there is no file ${path}`);
  if (statSync(path).isDirectory()) throw new UsageError(`fit: ${path} is a folder; name a file`);
}

/**
 * Reads a table and what is to be learned of it, and checks both, so that nothing that doesn't fit begins a run.
 * @throws {InputError} in one line
 */
export async function readSource(settings: TableSettings, seed: number): Promise<TableSource> {
  return hashedSource(settings, seed, await hashOfFile(settings.data));
}

async function hashedSource(settings: TableSettings, seed: number, sha256: string): Promise<TableSource> {
  const notices: string[] = [];
  const onWarning = (line: string) => void notices.push(line);
  const whole = await readDataTable(settings.data, {
    kinds: readKinds(settings.kinds),
    ...(settings.query !== '' && { query: settings.query }),
    onWarning,
  });
  checkColumns(whole, settings);
  const target = targetOf(whole, settings.target, { task: settings.task });
  notices.push(...target.notices);
  const table = selectRows(whole, target.rows);
  const inputs = inputsOf(table, settings);
  const answers = answersOf(table, target, settings);
  const folds = foldsOf(table, target, settings, seed, onWarning);
  const learned = { rows: table.rows, columns: table.columns.filter(({ name }) => inputs.includes(name)) };
  notices.push(...leakageNotices(learned, target));
  // Folds learn the same of fewer rows: what can't be learned from is refused before a run has begun.
  notices.push(...fitPreprocessor(table, { ...preprocessing(settings, seed), inputs, target }).notices);
  return {
    name: basename(settings.data),
    table,
    target,
    inputs,
    answers,
    folds,
    notices: notices.map((line) => line.replace(/^table: (\w+: )?/, '')),
    sha256,
  };
}

/** The same for a run that goes on. @throws {RunError} where the file is another than the run began with */
export async function readSameSource(settings: TableSettings, seed: number): Promise<TableSource> {
  const sha256 = await hashOfFile(settings.data);
  const then = settings.dataSha256;
  if (sha256 !== then)
    throw new RunError(
      `fit: ${settings.data} has changed since the run began (SHA-256 ${then.slice(0, 12)}…, now ${sha256.slice(0, 12)}…); put it back, or start a new run`,
    );
  return hashedSource(settings, seed, sha256);
}

/** How columns become features. */
export const preprocessing = ({ kinds, maxLevels }: TableSettings, seed: number): FitPreprocessorOptions => ({
  kinds: usesOf(kinds),
  maxLevels,
  seed,
});

const usesOf = (kinds: TableSettings['kinds']): Record<string, 'category'> =>
  Object.fromEntries(
    Object.entries(kinds).flatMap(([name, kind]) => (kind === 'category' ? [[name, 'category' as const]] : [])),
  );

/** Kinds that the reader is told; a category is read as what it seems, and used otherwise. */
export const readKinds = (kinds: TableSettings['kinds']): Record<string, ColumnKind> =>
  Object.fromEntries(Object.entries(kinds).filter((entry): entry is [string, ColumnKind] => entry[1] !== 'category'));

function checkColumns(table: DataTable, settings: TableSettings): void {
  const names = table.columns.map(({ name }) => name);
  const { target, omit, kinds, group, time, weights } = settings;
  const wanted: [string, string][] = [
    ['target', target],
    ...omit.map((name): [string, string] => ['omit', name]),
    ...Object.keys(kinds).map((name): [string, string] => ['kinds', name]),
    ['group', group],
    ['time', time],
    ['weights', weights],
  ];
  for (const [flag, name] of wanted) {
    if (name === '' && flag !== 'target') continue;
    if (!names.includes(name)) {
      const nearest = nearestFirst(name, names).slice(0, 3).map(showValue).join(', ');
      throw new InputError(
        'setting',
        `fit: --${flag} ${showValue(name)}: ${basename(settings.data)} has no such column; the nearest are ${nearest}`,
      );
    }
    if (flag !== 'target' && flag !== 'kinds' && name === target)
      throw new InputError('setting', `fit: --${flag} ${showValue(name)}: this is the target; name another column`);
  }
  if (group !== '' && time !== '')
    throw new InputError('setting', 'fit: rows are divided by --group or by --time, not by both; leave one out');
}

function inputsOf({ columns }: DataTable, { target, omit, group, weights }: TableSettings): string[] {
  const out = new Set([target, ...omit, group, weights]);
  const inputs = columns.map(({ name }) => name).filter((name) => !out.has(name));
  if (inputs.length > 0) return inputs;
  throw new InputError('data', 'fit: no column is left to learn from beside the target; omit fewer');
}

function answersOf(table: DataTable, target: Target, settings: TableSettings): Answers {
  const weights = settings.weights === '' ? undefined : weightsOf(table, settings.weights);
  if (target.task === 'regression') checkReach(target);
  return target.task === 'regression'
    ? { task: 'regression', values: target.values, weights }
    : { task: 'classification', labels: target.labels, classes: target.classes, weights };
}

/** Models compute in float32. */
function checkReach({ column, rows, values }: Extract<Target, { task: 'regression' }>): void {
  const beyond = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (beyond < 0) return;
  throw new InputError(
    'data',
    `fit: the target ${showValue(column)} is ${values[beyond]} at row ${rows[beyond]} (counted from 0), which float32 doesn't reach (3.4e38); scale that column`,
  );
}

/** What rows count, by a column. @throws {InputError} `data`, where it isn't numbers of at least 0 */
export function weightsOf(table: DataTable, name: string): Float64Array {
  const column = table.columns.find((each) => each.name === name)!;
  if (column.kind !== 'number')
    throw new InputError('data', `fit: --weights ${showValue(name)}: the column holds no numbers`);
  const bad = column.values.findIndex((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  if (bad >= 0)
    throw new InputError(
      'data',
      `fit: --weights ${showValue(name)}: ${column.values[bad]} in one of the rows; what a row counts is a number from 0`,
    );
  if (!column.values.some((value) => value > 0))
    throw new InputError('data', `fit: --weights ${showValue(name)}: all are 0; at least one row must count`);
  return column.values;
}

function foldsOf(
  table: DataTable,
  target: Target,
  { folds, group, time }: TableSettings,
  seed: number,
  onWarning: (line: string) => void,
): RowSplit[] {
  const common = { folds, seed, onWarning };
  if (group !== '') return foldRows(table, { ...common, kind: 'grouped', column: group });
  if (time !== '') return foldRows(table, { ...common, kind: 'time', column: time });
  return target.task === 'classification'
    ? foldRows(table, { ...common, kind: 'stratified', labels: target.labels })
    : foldRows(table, common);
}
