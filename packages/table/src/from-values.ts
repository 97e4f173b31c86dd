import { InputError, showValue } from '@unbraid/checks';
import { createLevels } from './read/columns/levels.ts';
import type { Column, ColumnKind, DataTable } from './table.ts';

/**
 * A table of rows that a program has: numbers, texts, true and false, `Date`s, and null, undefined or NaN where an entry is missing. A column is
 * any name that a row has; each holds one kind (in which every entry is missing: numbers).
 *
 * @throws {InputError} `data` where there is no row, or a value of another kind than those before it (with its row, counted from 0)
 */
export function tableFromRows(rows: readonly Readonly<Record<string, unknown>>[]): DataTable {
  if (!Array.isArray(rows) || rows.some((row) => typeof row !== 'object' || row === null || Array.isArray(row))) {
    throw new InputError('data', `table: tableFromRows takes an array of objects; it was given ${showValue(rows)}`);
  }
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = [...names].map((name): [string, unknown[]] => [
    name,
    rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined)),
  ]);
  return fromEntries(columns, 'tableFromRows');
}

/**
 * A table of columns that a program has, by their names; values as in `tableFromRows`.
 *
 * @throws {InputError} `data` as `tableFromRows`, or where columns differ in length
 */
export function tableFromColumns(columns: Readonly<Record<string, ArrayLike<unknown>>>): DataTable {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new InputError(
      'data',
      `table: tableFromColumns takes an object of arrays; it was given ${showValue(columns)}`,
    );
  }
  const wrong = Object.entries(columns).find(([, values]) => !(Array.isArray(values) || ArrayBuffer.isView(values)));
  if (wrong) {
    throw new InputError(
      'data',
      `table: column ${showValue(wrong[0])} is ${showValue(wrong[1])}; give an array of its values`,
    );
  }
  return fromEntries(Object.entries(columns), 'tableFromColumns');
}

function fromEntries(columns: readonly (readonly [string, ArrayLike<unknown>])[], who: string): DataTable {
  const rows = columns[0]?.[1].length ?? 0;
  if (rows === 0) throw new InputError('data', `table: ${who} was given no rows`);
  const other = columns.find(([, { length }]) => length !== rows);
  if (other) {
    throw new InputError(
      'data',
      `table: column ${showValue(other[0])} has ${other[1].length} values, column ${showValue(columns[0]![0])} has ${rows}; give as many`,
    );
  }
  return { rows, columns: columns.map(([name, values]) => columnOf(name, values)) };
}

function columnOf(name: string, values: ArrayLike<unknown>): Column {
  const all = Array.from(values);
  const kind = all.map((value, row) => kindOf(value, name, row)).find((each) => each !== undefined) ?? 'number';
  for (const [row, value] of all.entries()) {
    const other = kindOf(value, name, row);
    if (other === undefined || other === kind) continue;
    throw wrongValue(name, row, value, `the values before it are of kind ${kind}`);
  }
  if (kind !== 'text') return { name, kind, values: Float64Array.from(all, numberOf) };
  const levels = createLevels((text) => text, `column ${showValue(name)}`);
  for (const value of all) {
    if (value === null || value === undefined) levels.addMissing();
    else levels.add(value as string);
  }
  return { name, kind, ...levels.take() };
}

function kindOf(value: unknown, name: string, row: number): ColumnKind | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return undefined;
    if (Number.isFinite(value)) return 'number';
    throw wrongValue(name, row, value, 'finite numbers are needed, NaN for missing ones');
  }
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : 'date';
  throw wrongValue(name, row, value, 'numbers, texts, true, false, Dates or null are needed');
}

function wrongValue(name: string, row: number, value: unknown, wanted: string): InputError {
  return new InputError(
    'data',
    `table: row ${row} (counted from 0) of column ${showValue(name)} is ${showValue(value)}; ${wanted}`,
  );
}

/** NaN for what is missing. */
function numberOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return value === null || value === undefined ? Number.NaN : Number(value);
}
