import { InputError, nearestFirst, showValue } from '@unbraid/checks';
import type { Column, ColumnKind, DataTable } from '../table.ts';

/**
 * The column of a name.
 * @param who the caller, as the message names it: `table: targetOf`
 * @throws {InputError} `data`, with the nearest names, where there is none
 */
export function findColumn(who: string, table: DataTable, name: string): Column {
  const found = table.columns.find((each) => each.name === name);
  if (found) return found;
  throw new InputError('data', `${who}: there is no column ${showValue(name)}; ${nearestNames(name, table)}`);
}

/** `the nearest are "age", "page"`, or that there are none. */
export function nearestNames(name: string, { columns }: DataTable): string {
  const nearest = nearestFirst(
    name,
    columns.map((each) => each.name),
  ).slice(0, 3);
  if (nearest.length === 0) return 'the table has no columns';
  return `${nearest.length === 1 ? 'the only one is' : 'the nearest are'} ${nearest.map(showValue).join(', ')}`;
}

/**
 * Refuses what is no table: columns that are none, of another length, two of one name, or texts that the levels lack.
 * @throws {InputError} `data`, in one line
 */
export function checkTable(who: string, table: DataTable): void {
  if (typeof table !== 'object' || table === null || !Array.isArray(table.columns) || !(table.rows >= 0))
    throw new InputError('data', `${who} takes a table, { rows, columns }; it was given ${showValue(table)}`);
  const names = new Set<string>();
  for (const [j, column] of (table.columns as readonly Column[]).entries()) {
    const fault = columnFault(column);
    if (fault)
      throw new InputError('data', `${who}: column ${j} (counted from 0) ${fault}; make it by tableFromColumns`);
    const name = showValue(column.name);
    if (names.has(column.name))
      throw new InputError('data', `${who}: two columns are called ${name}; give each a name of its own`);
    names.add(column.name);
    const { length } = column.kind === 'text' ? column.codes : column.values;
    if (length !== table.rows)
      throw new InputError('data', `${who}: column ${name} has ${length} entries, the table ${table.rows} rows`);
    const wrong = column.kind === 'text' ? column.codes.findIndex((code) => code >= column.levels.length) : -1;
    if (column.kind === 'text' && wrong >= 0)
      throw new InputError(
        'data',
        `${who}: column ${name} has the code ${column.codes[wrong]} at row ${wrong} (counted from 0) and ${column.levels.length} levels; codes are below their number, −1 where an entry is missing`,
      );
  }
}

const KINDS: readonly unknown[] = ['number', 'boolean', 'date', 'text'] satisfies ColumnKind[];

/** What a program gives as a column that is none. */
function columnFault(column: Column): string | undefined {
  if (typeof column !== 'object' || column === null) return `is ${showValue(column)}`;
  if (typeof column.name !== 'string') return `has the name ${showValue(column.name)}`;
  if (!KINDS.includes(column.kind)) return `is of the kind ${showValue(column.kind)}`;
  if (column.kind !== 'text')
    return column.values instanceof Float64Array
      ? undefined
      : `has the values ${showValue(column.values)}, no Float64Array`;
  if (!(column.codes instanceof Int32Array)) return `has the codes ${showValue(column.codes)}, no Int32Array`;
  return Array.isArray(column.levels) ? undefined : `has the levels ${showValue(column.levels)}, no array`;
}
