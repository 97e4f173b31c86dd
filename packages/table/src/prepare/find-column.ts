import { InputError, nearestFirst, showValue } from '@unbraid/checks';
import type { Column, DataTable } from '../table.ts';

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
 * Refuses what is no table: columns of another length, or two of one name.
 * @throws {InputError} `data`, in one line
 */
export function checkTable(who: string, table: DataTable): void {
  if (typeof table !== 'object' || table === null || !Array.isArray(table.columns) || !Number.isInteger(table.rows))
    throw new InputError('data', `${who} takes a table, { rows, columns }; it was given ${showValue(table)}`);
  const names = new Set<string>();
  for (const column of table.columns as readonly Column[]) {
    const name = showValue(column.name);
    if (names.has(column.name))
      throw new InputError('data', `${who}: two columns are called ${name}; give each a name of its own`);
    names.add(column.name);
    const entries = column.kind === 'text' ? column.codes : column.values;
    if (entries?.length !== table.rows)
      throw new InputError(
        'data',
        `${who}: column ${name} has ${entries?.length} entries, the table ${table.rows} rows`,
      );
  }
}
