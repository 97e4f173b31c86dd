import { checkSettings, count, finite, given, InputError, integer, oneOf, showValue } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import * as z from 'zod';
import { randomFolds, stratifiedFolds } from '../split/fold-numbers.ts';
import type { Column, DataTable } from '../table.ts';
import { kindWords } from './entries.ts';
import { namesOf } from './feature-names.ts';
import { checkTable, findColumn } from './find-column.ts';
import { learnCategory } from './learn-category.ts';
import { learnBooleans, learnDates, learnNumbers } from './learn-values.ts';
import type { Learned, LearnSettings } from './learned.ts';
import { type ColumnUse, FARTHEST, standardized } from './plan.ts';
import { type Preprocessor, preprocessorOf } from './preprocessor.ts';
import type { Target } from './target.ts';

/** What `fitPreprocessor` takes. */
export interface FitPreprocessorOptions {
  /** Columns to use. Default: all but the target's. */
  readonly inputs?: readonly string[];
  /** Of the table's rows, as of `targetOf` and `selectTarget`. With it, categories of many levels become means of the target. */
  readonly target?: Target;
  /** What columns are used as, where that isn't what their kind says: whole numbers as a `category`, any column as `leave-out`. */
  readonly kinds?: Readonly<Record<string, ColumnUse>>;
  /** Numbers and dates farther than so many standard deviations from the mean are set to that; at least 1. Default 4. */
  readonly clip?: number | false;
  /** Categories of up to so many levels get a feature for each. Default 32, at most 1000. */
  readonly maxLevels?: number;
  /** Levels of fewer rows share one feature. Default 2. */
  readonly minRows?: number;
  /** How many rows' worth of the overall mean is in a level's mean of the target. Default `auto`: estimated from the training rows. */
  readonly smoothing?: 'auto' | number;
  /** Folds of cross-fitting, by which a row's own target has no part in its features. Default 5. */
  readonly folds?: number;
  /** Of the folds. Default 0. */
  readonly seed?: number;
}

/** What `fitPreprocessor` gives. */
export interface FittedPreprocessor {
  readonly preprocessor: Preprocessor;
  /** The training rows: [rows, features]. Means of the target are those of other folds, so this is not what `transform` gives for the same rows. */
  readonly x: Matrix;
  /** What a person should know: columns that were left out and why, heavy tails. */
  readonly notices: readonly string[];
}

const schema = z.object({
  table: given<DataTable>(),
  inputs: z.array(z.string(), { error: 'a list of names' }).readonly().optional(),
  target: given<Target>().optional(),
  kinds: z
    .record(z.string(), oneOf('number', 'boolean', 'category', 'date', 'leave-out'), { error: 'uses by column' })
    .default({}),
  clip: z
    .union([z.literal(false), finite({ min: 1, max: FARTHEST })], { error: 'false, or a number of at least 1,' })
    .default(4),
  maxLevels: integer({ min: 2, max: 1000 }).default(32),
  minRows: count().default(2),
  smoothing: z
    .union([z.literal('auto'), finite({ min: 0 })], { error: '"auto" or a number of at least 0' })
    .default('auto'),
  folds: integer({ min: 2, max: 100 }).default(5),
  seed: integer().default(0),
});

const who = 'table: fitPreprocessor';

/**
 * Learns from the training rows how columns become numbers: numbers and dates are standardized, categories get a feature for each or, where there are
 * many, the mean of the target; missing entries get what is usual and a feature that says so.
 *
 * Nothing random but the folds of cross-fitting, which follow from `seed`; the order of rows matters only for these.
 * @throws {InputError} `data`, for columns that aren't there (with the nearest names), free text, infinite numbers, and where nothing is left to learn
 * from; `setting`, for options that are unknown or out of range
 */
export function fitPreprocessor(table: DataTable, options: FitPreprocessorOptions = {}): FittedPreprocessor {
  const settings = checkSettings(who, schema, { table, ...options });
  checkTable(who, table);
  const { target, kinds } = settings;
  if (table.rows === 0) throw new InputError('data', `${who}: the table has no rows; there is nothing to learn from`);
  if (target) checkTarget(table, target);
  for (const name of Object.keys(kinds)) findColumn(who, table, name);
  const columns = chosen(table, settings.inputs, target);
  const limit = settings.clip === false ? FARTHEST : settings.clip;
  const learning: LearnSettings = { ...settings, limit, target, folds: foldsOf(table.rows, target, settings) };
  const notices: string[] = [];
  const all = columns.map((column): Learned => {
    const learned = learn(column, kinds[column.name], learning);
    const { plan } = learned;
    if (plan.use === 'leave-out' && kinds[column.name] !== 'leave-out')
      notices.push(`column ${showValue(plan.name)} is left out: ${plan.reason}`);
    if (learned.notice) notices.push(learned.notice);
    return learned;
  });
  const plans = all.map(({ plan }) => plan);
  if (plans.every(({ use }) => use === 'leave-out'))
    throw new InputError(
      'data',
      `${who}: no column is left to learn from${plans.length === 0 ? '; the table has none beside the target' : `: ${showValue(plans[0]!.name)} is left out, since ${reasonOf(plans[0]!)}${plans.length > 1 ? ', and so on' : ''}`}`,
    );
  const preprocessor = preprocessorOf(plans, target?.column);
  const x = preprocessor.transform(table, { onUnseen: () => {}, onExtra: () => {} });
  writeFitted(x, all);
  return { preprocessor, x, notices };
}

const reasonOf = (plan: Learned['plan']): string => (plan.use === 'leave-out' ? plan.reason : '');

function chosen(table: DataTable, inputs: readonly string[] | undefined, target: Target | undefined): Column[] {
  if (inputs === undefined) return table.columns.filter(({ name }) => name !== target?.column);
  const names = new Set(inputs);
  for (const name of names) {
    findColumn(who, table, name);
    if (name === target?.column)
      throw new InputError(
        'setting',
        `${who}: the target ${showValue(name)} is among the inputs; leave it out of them`,
      );
  }
  return table.columns.filter(({ name }) => names.has(name));
}

function checkTarget(table: DataTable, target: Target): void {
  const rows = target.task === 'regression' ? target.values?.length : target.labels?.length;
  if (rows === table.rows) return;
  throw new InputError(
    'data',
    `${who}: the target has ${rows} rows, the table ${table.rows}; give the rows of the target: selectRows(table, target.rows)`,
  );
}

function foldsOf(
  rows: number,
  target: Target | undefined,
  { folds, seed }: { folds: number; seed: number },
): () => Int32Array {
  let known: Int32Array | undefined;
  return () => {
    const [random, count] = [createRandom(seed).split('table: target means'), Math.min(folds, rows)];
    known ??=
      target?.task === 'classification'
        ? stratifiedFolds(target.labels, count, random)
        : randomFolds(rows, count, random);
    return known;
  };
}

/** Learns a column as what it is asked to be used as, or as its kind says. */
function learn(column: Column, use: ColumnUse | undefined, settings: LearnSettings): Learned {
  const { name, kind } = column;
  if (use === 'leave-out') return { plan: { use, name, kind, reason: 'it was asked to be' } };
  if (column.kind === 'text' && (use ?? 'category') === 'category') return learnCategory(column, settings);
  if (column.kind === 'number' && (use ?? 'number') === 'number') return learnNumbers(column, settings.limit);
  if (column.kind === 'number' && use === 'category') return learnCategory(column, settings);
  if (column.kind === 'boolean' && (use ?? 'boolean') === 'boolean') return learnBooleans(column);
  if (column.kind === 'date' && (use ?? 'date') === 'date') return learnDates(column, settings.limit);
  const able = { text: 'category', number: 'number or category', boolean: 'boolean', date: 'date' }[kind];
  throw new InputError(
    'setting',
    `${who}: column ${showValue(name)} holds ${kindWords[kind]} and can't be used as ${use}; it can be ${able}, or leave-out`,
  );
}

/** Puts means of the target as cross-fitting gave them into the features of the training rows. */
function writeFitted(x: Matrix, all: readonly Learned[]): void {
  let at = 0;
  for (const { plan, fitted = [] } of all) {
    fitted.forEach((values, k) => {
      const standardization =
        plan.use === 'category' && plan.encoding === 'means' ? plan.standardization[k]! : undefined;
      for (let row = 0; standardization && row < x.rows; row++)
        x.data[row * x.cols + at + k] = standardized(values[row]!, standardization);
    });
    at += namesOf(plan).length;
  }
}
