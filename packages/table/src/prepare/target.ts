import { checkSettings, countNonFinite, firstNonFinite, given, InputError, oneOf, showValue } from '@unbraid/checks';
import * as z from 'zod';
import type { Column, DataTable } from '../table.ts';
import { isMissing, showEntry } from './entries.ts';
import { checkTable, findColumn } from './find-column.ts';

interface TargetRows {
  /** The column it was made of. */
  readonly column: string;
  /** Rows of the table that have a target, ascending; the others are left out. */
  readonly rows: Int32Array;
  /** How many rows were left out, since they have no target. */
  readonly dropped: number;
  /** What a person should know of it, a line each. */
  readonly notices: readonly string[];
}

/** A quantity to predict: `values[i]` is that of row `rows[i]`. */
export interface RegressionTarget extends TargetRows {
  readonly task: 'regression';
  readonly values: Float64Array;
}

/** Classes to predict: `classes[labels[i]]` is that of row `rows[i]`. */
export interface ClassificationTarget extends TargetRows {
  readonly task: 'classification';
  readonly labels: Int32Array;
  /** Numbers in ascending order, texts by their characters' codes, `false` before `true`. */
  readonly classes: readonly string[];
}

/** What is to be predicted. */
export type Target = RegressionTarget | ClassificationTarget;

/** What `targetOf` takes. */
export interface TargetOptions {
  /**
   * Default `auto`: classes for texts, for yes and no, and for whole numbers of at most 10 different values that have 5 rows each on average;
   * a quantity for other numbers.
   */
  readonly task?: 'auto' | 'regression' | 'classification';
}

const schema = z.object({
  table: given<DataTable>(),
  column: z.string({ error: 'the name of a column' }),
  task: oneOf('auto', 'regression', 'classification').default('auto'),
});

/** Most classes that a target may have: above, it is no target of classes, or none that can be learned. */
const MOST_CLASSES = 1000;

/** Whole numbers are taken as classes up to so many different ones, */
const FEW = 10;
/** with so many rows each on average. */
const ROWS_EACH = 5;

/**
 * A column as what is to be predicted. Rows without an entry there are left out and counted; go on with `selectRows(table, target.rows)`, whose
 * rows are the target's.
 * @throws {InputError} `data`, with the nearest names for a column that isn't there; where all entries are missing, infinite or the same, and for what
 * can't be a target: dates, texts as a quantity, more than 1000 classes
 */
export function targetOf(table: DataTable, column: string, options: TargetOptions = {}): Target {
  const who = 'table: targetOf';
  const { task } = checkSettings(who, schema, { table, column, ...options });
  checkTable(who, table);
  const found = findColumn(who, table, column);
  const kept: number[] = [];
  for (let row = 0; row < table.rows; row++) if (!isMissing(found, row)) kept.push(row);
  const rows = Int32Array.from(kept);
  const dropped = table.rows - rows.length;
  if (rows.length === 0)
    throw refuse(
      table.rows === 0
        ? 'the table has no rows; there is nothing to learn from'
        : `the target ${showValue(column)} is missing in all ${table.rows} rows`,
    );
  const notices = dropped > 0 ? [`${dropped} of ${table.rows} rows have no ${showValue(column)} and are left out`] : [];
  const common = { column, rows, dropped };
  if (found.kind === 'date')
    throw refuse(
      `the target ${showValue(column)} holds dates; a target is numbers or classes, such as days since a date`,
    );
  if (found.kind === 'text' ? task === 'regression' : task === 'regression' && found.kind === 'boolean')
    throw refuse(
      `the target ${showValue(column)} is no number, such as ${showEntry(found, rows[0]!)} at row ${rows[0]} (counted from 0); ` +
        "take task 'classification', or mend the column",
    );
  if (found.kind === 'number') checkNumbers(found.values, rows, column);
  if (found.kind === 'number' && task !== 'classification') {
    const few = task === 'auto' && countOfWhole(found.values, rows);
    if (!few) {
      const values = Float64Array.from(rows, (row) => found.values[row]!);
      checkVaries(values, column);
      return { task: 'regression', ...common, values, notices };
    }
    notices.push(
      `${showValue(column)} has ${few} different values, all whole, and is taken as classes; for a quantity take task 'regression'`,
    );
  }
  return { task: 'classification', ...common, ...classesOf(found, rows, column), notices };
}

/** The target of some of its rows: `indices` count its own rows, not those of the table. @throws {InputError} `data`, for an index that is no row */
export function selectTarget<T extends Target>(target: T, indices: ArrayLike<number>): T {
  const pick = <A extends Int32Array | Float64Array>(from: A): A => {
    const to = from.slice(0, 0).constructor as new (length: number) => A;
    const picked = new to(indices.length);
    for (let i = 0; i < indices.length; i++) {
      const value = from[indices[i]!];
      if (value === undefined)
        throw new InputError(
          'data',
          `table: selectTarget: there is no row ${indices[i]} in a target of ${from.length} rows`,
        );
      picked[i] = value;
    }
    return picked;
  };
  const rows = pick(target.rows);
  return target.task === 'regression'
    ? { ...target, rows, values: pick(target.values) }
    : { ...target, rows, labels: pick(target.labels) };
}

const refuse = (message: string): InputError => new InputError('data', `table: targetOf: ${message}`);

function checkNumbers(values: Float64Array, rows: Int32Array, column: string): void {
  const present = Float64Array.from(rows, (row) => values[row]!);
  const first = firstNonFinite(present);
  if (first >= 0)
    throw new InputError(
      'not-finite',
      `table: targetOf: the target ${showValue(column)} has ${countNonFinite(present)}, the first at row ${rows[first]} (counted from 0); drop or mend such rows`,
    );
}

function checkVaries(values: Float64Array, column: string): void {
  if (values.every((value) => value === values[0]))
    throw refuse(`the target ${showValue(column)} is ${values[0]} in every row; there is nothing to predict`);
}

/** How many different values there are where these look like classes, otherwise 0. */
function countOfWhole(values: Float64Array, rows: Int32Array): number {
  const different = new Set<number>();
  for (const row of rows) {
    const value = values[row]!;
    if (!Number.isInteger(value)) return 0;
    different.add(value);
    if (different.size > FEW) return 0;
  }
  return different.size * ROWS_EACH <= rows.length ? different.size : 0;
}

function classesOf(
  column: Exclude<Column, { kind: 'date' }>,
  rows: Int32Array,
  name: string,
): Pick<ClassificationTarget, 'labels' | 'classes'> {
  const entry = (row: number): string | number =>
    column.kind === 'text' ? column.levels[column.codes[row]!]! : column.values[row]! + 0;
  const different = new Set<string | number>();
  for (const row of rows) {
    different.add(entry(row));
    if (different.size > MOST_CLASSES)
      throw new InputError(
        'limit',
        `table: targetOf: the target ${showValue(name)} has more than ${MOST_CLASSES} classes, such as ${showEntry(column, rows[0]!)}; ` +
          (column.kind === 'number' ? "take task 'regression'" : 'take a column of fewer'),
      );
  }
  const sorted = [...different].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : a < b ? -1 : 1,
  );
  if (sorted.length === 1)
    throw refuse(
      `the target ${showValue(name)} is ${showEntry(column, rows[0]!)} in every row; at least two classes are needed`,
    );
  const places = new Map(sorted.map((value, at) => [value, at]));
  const classes = sorted.map((value) => (column.kind === 'boolean' ? String(value === 1) : String(value)));
  return { classes, labels: Int32Array.from(rows, (row) => places.get(entry(row))!) };
}
