import type { DataTable } from '../table.ts';
import { entryTexts } from './entry-texts.ts';

/** A text as an entry of a CSV file (RFC 4180): in quotes where it would not be read back as it is without. */
export function csvEntry(text: string): string {
  const isPlain = text !== '' && !/[",;\t|\r\n]/.test(text) && text.trim() === text;
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

export function csvHeader(names: readonly string[]): string {
  return `${names.map(csvEntry).join(',')}\n`;
}

/** The rows of a table as lines, from one to another; a missing entry is empty. */
export function csvRows({ columns }: DataTable): (start: number, end: number) => string {
  const entries = columns.map((column) => entryTexts(column, csvEntry));
  // An empty line would be none.
  const missing = columns.length === 1 ? '""' : '';
  return (start, end) => {
    let lines = '';
    for (let row = start; row < end; row++) {
      let separator = '';
      for (const entry of entries) {
        lines += separator + (entry(row) ?? missing);
        separator = ',';
      }
      lines += '\n';
    }
    return lines;
  };
}
