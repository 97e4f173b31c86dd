import { isNumericColumn } from '@unbraid/experiment';

/** Text from a run's files that can't give a terminal orders: control characters are shown as one sign. */
export function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\ufffd');
}

/** A text of several lines in one. */
export function inOneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

/**
 * Rows set in columns, two spaces apart, the first row over the others. A column whose cells are all numbers is set
 * to the right.
 */
export function textTable(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(visible));
  const [, ...body] = rows;
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const numeric = widths.map((_, i) => isNumericColumn(body.map((row) => row[i]!)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
