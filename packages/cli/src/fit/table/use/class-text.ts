import type { Column } from '@unbraid/table';

/** An entry as the name of a class, as `targetOf` names them; undefined where it is missing. */
export function textOf(column: Column, row: number): string | undefined {
  if (column.kind === 'text') return column.codes[row]! < 0 ? undefined : column.levels[column.codes[row]!];
  const value = column.values[row]!;
  if (Number.isNaN(value)) return undefined;
  return column.kind === 'boolean' ? String(value === 1) : String(value + 0);
}
