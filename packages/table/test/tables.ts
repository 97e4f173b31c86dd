import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DataTable } from '../src/index.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-table-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A text as a source. */
export const source = (text: string, name = 'x.csv') => ({ bytes: new TextEncoder().encode(text), name });

/** A table as plain values: each column's kind and entries, null where one is missing. */
export function plain({ rows, columns }: DataTable): Record<string, unknown[]> {
  return Object.fromEntries(
    columns.map((column) => [
      column.name,
      [
        column.kind,
        ...Array.from({ length: rows }, (_, i) => {
          if (column.kind === 'text') return column.levels[column.codes[i]!] ?? null;
          return Number.isNaN(column.values[i]!) ? null : column.values[i]!;
        }),
      ],
    ]),
  );
}
