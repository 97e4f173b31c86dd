import { parse } from 'csv-parse/sync';
import { messageOf, UsageError } from '../errors.ts';

/** Rows of cells as CSV (RFC 4180, lines end with a line feed). */
export const csvText = (rows: readonly (readonly (string | number | boolean)[])[]): string =>
  rows.map((row) => `${row.map((value) => quoted(String(value))).join(',')}\n`).join('');

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * The rows of CSV, blank lines left out.
 * @throws {UsageError} where a quote is not closed
 */
export function csvRecords(text: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    throw new UsageError(`experiment: the table of trials can't be read: ${messageOf(error)}`, { cause: error });
  }
}
