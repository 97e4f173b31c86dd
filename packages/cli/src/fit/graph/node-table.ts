import { basename } from 'node:path';
import { InputError, nearestFirst, showValue } from '@unbraid/checks';
import { type Column, type ColumnKind, type DataTable, readDataTable } from '@unbraid/table';
import { readKinds } from '../table/source.ts';
import type { GraphSettings } from './settings.ts';

/** Nodes as a table. */
export interface NodeTable {
  readonly table: DataTable;
  /** What edges call each node, letter by letter; they differ. */
  readonly ids: readonly string[];
  /** The column of these; undefined for numbers of rows. */
  readonly id: string | undefined;
}

type Files = Pick<GraphSettings, 'nodes' | 'id' | 'kinds'>;

/**
 * Reads the nodes. Their names are read as text, so that `007` is not 7, and whole numbers of any size are told apart.
 * @throws {InputError} in one line, for a column that isn't there, and for names that are missing or there twice
 */
export async function readNodes(
  { nodes: path, id, kinds }: Files,
  onWarning: (line: string) => void,
  more: Readonly<Record<string, ColumnKind>> = {},
): Promise<NodeTable> {
  const told = { ...more, ...readKinds(kinds) };
  const first = await readDataTable(path, { kinds: told, onWarning });
  const name = id === '' ? first.columns.find((column) => column.name.toLowerCase() === 'id')?.name : id;
  if (name === undefined)
    return { table: first, ids: Array.from({ length: first.rows }, (_, row) => String(row)), id: name };
  const found = columnOf(first, name, '--id', path);
  const table =
    found.kind === 'text'
      ? first
      : await readDataTable(path, { kinds: { ...told, [name]: 'text' }, onWarning: () => {} });
  return { table, ids: namesOf(columnOf(table, name, '--id', path), path), id: name };
}

/** @throws {InputError} with the nearest names, where a table has no such column */
export function columnOf(table: DataTable, name: string, flag: string, path: string): Column {
  const found = table.columns.find((column) => column.name === name);
  if (found) return found;
  const names = table.columns.map((column) => column.name);
  const nearest = nearestFirst(name, names).slice(0, 3).map(showValue).join(', ');
  throw new InputError(
    'setting',
    `fit: ${flag} ${showValue(name)}: ${basename(path)} has no such column; the nearest are ${nearest}`,
  );
}

/** Entries as texts; undefined where they are missing. */
export function textsOf(column: Column, path: string): (string | undefined)[] {
  if (column.kind === 'text') return Array.from(column.codes, (code) => (code < 0 ? undefined : column.levels[code]));
  return Array.from(column.values, (value, row) => {
    if (Number.isNaN(value)) return undefined;
    if (column.kind === 'number' && Number.isSafeInteger(value)) return String(value);
    throw new InputError(
      'data',
      `fit: ${showValue(column.name)} of ${basename(path)} is ${value} at row ${row} (counted from 0); nodes are named by texts or whole numbers up to 2^53`,
    );
  });
}

function namesOf(column: Column, path: string): string[] {
  const where = `${showValue(column.name)} of ${basename(path)}`;
  const names = textsOf(column, path).map((name, row) => {
    if (name !== undefined) return name;
    throw new InputError('data', `fit: ${where} is missing at row ${row} (counted from 0); each node needs a name`);
  });
  const rows = new Map<string, number>();
  for (const [row, name] of names.entries()) {
    const before = rows.get(name);
    if (before !== undefined)
      throw new InputError(
        'data',
        `fit: ${where} is ${showValue(name)} at rows ${before} and ${row} (counted from 0); each node needs a name of its own`,
      );
    rows.set(name, row);
  }
  return names;
}
