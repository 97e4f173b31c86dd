import { showValue } from '@unbraid/checks';
import type { Column, ColumnKind, TextColumn } from '../table.ts';

/** The code of each level of a text column, −1 for the empty text, which counts as missing: files and ONNX know no other missing text. */
export function presentCodes({ codes, levels }: TextColumn): Int32Array {
  const empty = levels.indexOf('');
  return empty < 0 ? codes : codes.map((code) => (code === empty ? -1 : code));
}

/** Whether an entry is missing. */
export function isMissing(column: Column, row: number): boolean {
  if (column.kind !== 'text') return Number.isNaN(column.values[row]!);
  const code = column.codes[row]!;
  return code < 0 || column.levels[code] === '';
}

/** The first row with an entry, or −1. */
export function firstPresent(column: Column, rows: number): number {
  for (let row = 0; row < rows; row++) if (!isMissing(column, row)) return row;
  return -1;
}

/** An entry as a message shows it. */
export function showEntry(column: Column, row: number): string {
  if (column.kind === 'text') return showValue(column.levels[column.codes[row]!] ?? '');
  const value = column.values[row]!;
  if (column.kind === 'boolean') return value === 1 ? 'true' : 'false';
  if (column.kind === 'date' && Math.abs(value) <= LAST_DATE) return new Date(value).toISOString();
  return String(value);
}

/** Milliseconds from 1970 to the last date that JavaScript, and so a table, knows (ECMAScript, Time Values and Time Range). */
export const LAST_DATE = 8.64e15;

/** A kind in words: `numbers`. */
export const kindWords: Readonly<Record<ColumnKind, string>> = {
  number: 'numbers',
  boolean: 'yes and no',
  date: 'dates',
  text: 'text',
};
