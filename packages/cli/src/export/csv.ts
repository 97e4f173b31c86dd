import { open } from 'node:fs/promises';
import { csvText } from '@unbraid/experiment/sweep';
import { type Column, timeColumns } from './columns.ts';
import type { Line } from './lines.ts';

const CHARACTERS = 1 << 20;

/** Writes lines as CSV (RFC 4180, lines end with a line feed): numbers to the last digit, NaN and the infinities by name, nothing where a line has no such column. */
export async function writeCsv(path: string, columns: readonly Column[], lines: AsyncIterable<Line>): Promise<number> {
  const times = timeColumns(columns);
  const file = await open(path, 'wx');
  try {
    let text = csvText([[...columns.map(({ name }) => name), times.seconds, times.unit]]);
    let rows = 0;
    for await (const { record, made } of lines) {
      text += csvText([[...columns.map(({ name }) => record[name] ?? ''), made?.seconds ?? '', made?.unit ?? '']]);
      rows++;
      if (text.length < CHARACTERS) continue;
      await file.write(text);
      text = '';
    }
    await file.write(text);
    return rows;
  } finally {
    await file.close();
  }
}
