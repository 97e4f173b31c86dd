import { InputError, showValue } from '@unbraid/checks';
import { isMissing } from '../prepare/entries.ts';
import { findColumn } from '../prepare/find-column.ts';
import { categoriesOf } from '../prepare/levels.ts';
import type { DataTable } from '../table.ts';

/** The group of each row, from 0, and how many rows each has. */
export interface Groups {
  readonly group: Int32Array;
  readonly sizes: number[];
}

/**
 * Rows by what a column says, ascending. Rows where it is missing are one group, so that none of them is on two sides.
 * @throws {InputError} `setting`, without a column; `data`, for one that isn't there
 */
export function groupsOf(who: string, table: DataTable, column: string | undefined): Groups {
  const found = columnFor(who, table, column, 'grouped');
  const { codes, levels, counts, missing } =
    found.kind === 'text' ? categoriesOf(found) : categoriesOf({ ...found, kind: 'number' });
  const group = codes.map((code) => (code < 0 ? levels.length : code));
  return { group, sizes: [...counts, ...(missing > 0 ? [missing] : [])] };
}

/**
 * The time of each row: dates or numbers.
 * @throws {InputError} `setting`, without a column; `data`, for one that isn't there, is of another kind, or has missing entries
 */
export function timesOf(who: string, table: DataTable, column: string | undefined): Float64Array {
  const found = columnFor(who, table, column, 'time');
  if (found.kind !== 'date' && found.kind !== 'number')
    throw new InputError(
      'data',
      `${who}: column ${showValue(found.name)} holds ${found.kind === 'text' ? 'text' : 'yes and no'}; a time is a date or a number`,
    );
  for (let row = 0; row < table.rows; row++) {
    if (isMissing(found, row))
      throw new InputError(
        'data',
        `${who}: column ${showValue(found.name)} is missing at row ${row} (counted from 0), so that row has no time; drop such rows`,
      );
  }
  return found.values;
}

function columnFor(who: string, table: DataTable, column: string | undefined, kind: string) {
  if (column === undefined)
    throw new InputError('setting', `${who}: kind '${kind}' needs a column; give its name as column`);
  return findColumn(who, table, column);
}

/**
 * The class of each row.
 * @throws {InputError} `setting` without labels, `data` for as many as there aren't rows
 */
export function labelsOf(who: string, rows: number, labels: Int32Array | undefined): Int32Array {
  if (!(labels instanceof Int32Array))
    throw new InputError(
      'setting',
      `${who}: kind 'stratified' needs labels, the class of each row as an Int32Array; it was given ${showValue(labels)}`,
    );
  if (labels.length !== rows)
    throw new InputError('data', `${who}: there are ${labels.length} labels for ${rows} rows; give one for each`);
  return labels;
}
