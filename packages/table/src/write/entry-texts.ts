import { InputError, showValue } from '@unbraid/checks';
import type { Column } from '../table.ts';
import { textOfValue } from '../value-text.ts';

/** A column as texts to be written: undefined where an entry is missing. @throws {InputError} `not-finite` for ±∞ */
export function entryTexts(column: Column, encode: (text: string) => string): (row: number) => string | undefined {
  if (column.kind === 'text') {
    // Each level is encoded once, and not for each row.
    const encoded = column.levels.map(encode);
    return (row) => encoded[column.codes[row]!];
  }
  const { kind, values, name } = column;
  return (row) => {
    const value = values[row]!;
    if (Number.isNaN(value)) return undefined;
    checkWritable(value, name, row);
    const text = textOfValue(kind, value);
    return kind === 'date' ? encode(text) : text;
  };
}

/** @throws {InputError} `not-finite` */
export function checkWritable(value: number, column: string, row: number): void {
  if (Math.abs(value) !== Number.POSITIVE_INFINITY) return;
  throw new InputError(
    'not-finite',
    `table: column ${showValue(column)} holds ${value} in row ${row} (counted from 0 in what is written); finite numbers or NaN for missing ones are needed`,
  );
}
