import { InputError, showValue } from '@unbraid/checks';
import { csrFromEntries } from '@unbraid/gfgn';
import type { Csr } from '@unbraid/kernels';
import type { Column, DataTable } from '@unbraid/table';

/** Fewer columns are a table of measurements and not a bag of words. */
const MANY = 20;
/** Of the entries, as a part; with so many zeros a sparse matrix is smaller than a dense one. */
const MOSTLY = 0.8;

/** Whether columns are what words are counted in: many, of numbers of at least 0 and none missing, most of them 0. */
export function isMostlyZero(table: DataTable, inputs: readonly string[]): boolean {
  if (inputs.length < MANY) return false;
  let zeros = 0;
  for (const column of columnsOf(table, inputs)) {
    if (column.kind !== 'number' && column.kind !== 'boolean') return false;
    for (const value of column.values) {
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return false;
      if (value === 0) zeros++;
    }
  }
  return zeros >= MOSTLY * table.rows * inputs.length;
}

const columnsOf = (table: DataTable, names: readonly string[]): Column[] => {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const missing = names.find((name) => !byName.has(name));
  if (missing !== undefined)
    throw new InputError(
      'data',
      `fit: the nodes have no column ${showValue(missing)}, which the model was trained with`,
    );
  return names.map((name) => byName.get(name)!);
};

/**
 * Columns of numbers as a sparse matrix, a row for each node.
 * @throws {InputError} for a column that isn't there or holds no numbers, and entries that are missing, infinite or below 0
 */
export function sparseFeatures(table: DataTable, inputs: readonly string[]): Csr {
  const [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
  for (const [at, column] of columnsOf(table, inputs).entries()) {
    if (column.kind !== 'number' && column.kind !== 'boolean')
      throw new InputError(
        'data',
        `fit: column ${showValue(column.name)} of the nodes holds no numbers; take --set features=table, or leave it out`,
      );
    for (const [row, value] of column.values.entries()) {
      if (value === 0) continue;
      if (!(value > 0 && value < Number.POSITIVE_INFINITY))
        throw new InputError(
          'data',
          `fit: column ${showValue(column.name)} of the nodes is ${Number.isNaN(value) ? 'missing' : value} at row ${row} (counted from 0); counts are numbers from 0: take --set features=table`,
        );
      rows.push(row);
      columns.push(at);
      values.push(value);
    }
  }
  return csrFromEntries(table.rows, inputs.length, { rows, columns, values });
}
