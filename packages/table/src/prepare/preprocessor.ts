import {
  callback,
  checkSettings,
  emitWarning,
  given,
  InputError,
  listed,
  nearestFirst,
  showValue,
} from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import * as z from 'zod';
import type { ColumnKind, DataTable } from '../table.ts';
import { type Encoder, encoderOf } from './encoder.ts';
import { namesOf, unique } from './feature-names.ts';
import { checkTable } from './find-column.ts';
import type { ColumnPlan } from './plan.ts';
import { type Unseen, writeCategories, writeValues } from './write-features.ts';

/** What `transform` takes. */
export interface TransformOptions {
  /** Is told, once a column, of entries that training had nothing like. Default: a process warning of one line each. */
  readonly onUnseen?: (unseen: Unseen) => void;
  /** Is told the names of columns that training didn't have, which are ignored. Default: a process warning. */
  readonly onExtra?: (names: readonly string[]) => void;
}

/** Makes inputs of models from columns of tables, as it was learned from the training rows. */
export interface Preprocessor {
  /** What was learned of each column that was asked for, in the order of the table. */
  readonly columns: readonly ColumnPlan[];
  /** The column to be predicted, where there is one; `transform` doesn't need it. */
  readonly target?: string;
  /** Names of the columns of `transform`'s matrices. */
  readonly features: readonly string[];
  /** The column of the table that each feature is of. */
  readonly featureColumn: readonly string[];
  /** The kind of each column that gives features, for the reader of a new table. */
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  /**
   * The features of each row: [rows, features], always finite. Columns are found by name, in whatever order.
   * @throws {InputError} `data`, for a column that is missing (with the nearest names) or of another kind (with the first such row); `not-finite`, for
   * an infinite number
   */
  transform(table: DataTable, options?: TransformOptions): Matrix;
  /** All of it as plain JSON, for `preprocessorFromJson`. */
  toJSON(): unknown;
}

const schema = z.object({
  table: given<DataTable>(),
  onUnseen: callback<(unseen: Unseen) => void>().optional(),
  onExtra: callback<(names: readonly string[]) => void>().optional(),
});

/** The name and version that saved preprocessors begin with. */
export const FORMAT = 'unbraid-preprocessor';
export const VERSION = 1;

/** The preprocessor of plans, learned or loaded. */
export function preprocessorOf(columns: readonly ColumnPlan[], target: string | undefined): Preprocessor {
  const names = columns.map(namesOf);
  const encoders = new Map<string, Encoder>();
  for (const plan of columns) if (plan.use === 'category') encoders.set(plan.name, encoderOf(plan));
  const used = columns.filter(({ use }) => use !== 'leave-out');
  const features = unique(names.flat());
  const transform = (table: DataTable, options: TransformOptions = {}): Matrix => {
    const who = 'table: transform';
    const given = checkSettings(who, schema, { table, ...options });
    checkTable(who, table);
    const { onUnseen = warnUnseen, onExtra = warnExtra } = given;
    const found = columnsFor(table, used);
    const x = createMatrix(table.rows, features.length);
    let at = 0;
    for (const plan of columns) {
      if (plan.use === 'leave-out') continue;
      const place = { data: x.data, rows: x.rows, cols: x.cols, at };
      const column = found.get(plan.name)!;
      const unseen =
        plan.use === 'category'
          ? writeCategories(plan, encoders.get(plan.name)!, column, place)
          : writeValues(plan, column, place);
      unseen.forEach(onUnseen);
      at += namesOf(plan).length;
    }
    const known = new Set([...columns.map(({ name }) => name), target]);
    const extra = table.columns.map(({ name }) => name).filter((name) => !known.has(name));
    if (extra.length > 0) onExtra(extra);
    return x;
  };
  return {
    columns,
    ...(target !== undefined && { target }),
    features,
    featureColumn: columns.flatMap(({ name }, i) => names[i]!.map(() => name)),
    kinds: Object.fromEntries(used.map(({ name, kind }) => [name, kind])),
    transform,
    toJSON: () => ({ format: FORMAT, version: VERSION, ...(target !== undefined && { target }), columns }),
  };
}

function columnsFor(table: DataTable, used: readonly ColumnPlan[]) {
  const found = new Map(table.columns.map((column) => [column.name, column]));
  const missing = used.filter(({ name }) => !found.has(name)).map(({ name }) => name);
  if (missing.length === 0) return found;
  const others = [...found.keys()].filter((name) => !used.some((plan) => plan.name === name));
  const nearest = nearestFirst(missing[0]!, others).slice(0, 3).map(showValue).join(', ');
  throw new InputError(
    'data',
    `table: transform: the table lacks ${missing.length === 1 ? 'column' : `${missing.length} columns:`} ${listed(missing)}, which training had; ` +
      (nearest === ''
        ? 'it has no other columns'
        : `what is nearest to ${showValue(missing[0])} and unused is ${nearest}`),
  );
}

function warnUnseen(unseen: Unseen): void {
  emitWarning(`table: ${unseenLine(unseen)}`);
}

/** What a person is told of unseen entries, in one line. */
export function unseenLine({ column, what, count, row, example }: Unseen): string {
  const rows = count === 1 ? '1 row' : `${count} rows`;
  const place = `the first at row ${row} (counted from 0)`;
  return what === 'level'
    ? `column ${showValue(column)} has a category that training didn't have in ${rows}, ${place}: ${example}`
    : `column ${showValue(column)} is missing in ${rows}, ${place}, and in none of training; what is usual there stands in`;
}

function warnExtra(names: readonly string[]): void {
  emitWarning(
    `table: ${names.length === 1 ? 'a column' : `${names.length} columns`} that training didn't have: ${listed(names)}; ignored`,
  );
}
