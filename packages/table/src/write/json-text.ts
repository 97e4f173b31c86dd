import type { DataTable } from '../table.ts';
import { entryTexts } from './entry-texts.ts';

/** The rows of a table as JSON objects, a line each, from one to another; a missing entry is null. */
export function jsonRows({ columns }: DataTable): (start: number, end: number) => string {
  const entries = columns.map((column) => entryTexts(column, (text) => JSON.stringify(text)));
  const keys = columns.map(({ name }, j) => `${j === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return (start, end) => {
    let lines = '';
    for (let row = start; row < end; row++) {
      for (const [j, entry] of entries.entries()) lines += keys[j]! + (entry(row) ?? 'null');
      lines += '}\n';
    }
    return lines;
  };
}
