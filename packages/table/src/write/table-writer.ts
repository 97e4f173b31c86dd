import { extname } from 'node:path';
import { InputError, listed, StateError, showValue } from '@unbraid/checks';
import { checkTable } from '../prepare/find-column.ts';
import type { ColumnKind, DataTable } from '../table.ts';
import { type AtomicFile, createAtomicFile } from './atomic-file.ts';
import { csvHeader, csvRows } from './csv-text.ts';
import { jsonRows } from './json-text.ts';
import { parquetRows, type RowsWriter } from './parquet-rows.ts';

/** A column of a file that is to be written. */
export interface WrittenColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Writes tables of the same columns, one after the other, into one file. */
export interface TableWriter {
  /** Appends a table's rows. @throws {InputError} `data` where its columns are others, `not-finite` for ±∞; the file can't be finished then */
  write(table: DataTable): Promise<void>;
  /** Ends the file and gives it its name; a file that was there is replaced. */
  close(): Promise<void>;
  /** Removes what was written; nothing after `close`. */
  abort(): Promise<void>;
}

/**
 * Begins a file of the rows of tables, by its name's end in `.csv`, `.jsonl` (or `.ndjson`) or `.parquet`. It is there once it is
 * closed, whole, and until then under another name in its folder. A missing entry is empty in CSV and null elsewhere; dates are written as in
 * ISO 8601 (in Parquet as microseconds).
 *
 * @throws {InputError} `setting` for another end of the name, or columns without a name or with the same; `file` where it can't be written
 */
export async function createTableWriter(path: string, columns: readonly WrittenColumn[]): Promise<TableWriter> {
  checkColumns(columns);
  const open = rowsWriter(path);
  const file = await createAtomicFile(path);
  const rows = await open(file, columns);
  let state: 'open' | 'closed' | 'failed' = 'open';
  const during = async (work: () => Promise<void>) => {
    if (state !== 'open') throw new StateError(`table: the writer of ${path} is ${state}; begin another one`);
    try {
      await work();
    } catch (error) {
      state = 'failed';
      await file.remove();
      throw error;
    }
  };
  return {
    write: (table) =>
      during(async () => {
        checkTable(`table: ${path}`, table);
        checkSame(table, columns, path);
        await rows.write(table);
      }),
    close: () =>
      during(async () => {
        await rows.finish();
        await file.finish();
        state = 'closed';
      }),
    async abort() {
      if (state !== 'open') return;
      state = 'failed';
      await file.remove();
    },
  };
}

type OpenRows = (file: AtomicFile, columns: readonly WrittenColumn[]) => Promise<RowsWriter>;

function rowsWriter(path: unknown): OpenRows {
  const end = typeof path === 'string' ? extname(path).toLowerCase() : undefined;
  if (end === '.parquet') return parquetRows;
  if (end === '.jsonl' || end === '.ndjson') return async (file) => textRows(file, '', jsonRows);
  if (end === '.csv')
    return async (file, columns) => textRows(file, csvHeader(columns.map(({ name }) => name)), csvRows);
  throw new InputError(
    'setting',
    `table: ${showValue(path)} can't be written; end its name in .csv, .jsonl or .parquet, which says how`,
  );
}

/** Rows that are made into text at a time. */
const TEXT_ROWS = 10_000;

function textRows(
  file: AtomicFile,
  header: string,
  linesOf: (table: DataTable) => (start: number, end: number) => string,
): RowsWriter {
  const encoder = new TextEncoder();
  let begun = false;
  const begin = async () => {
    if (!begun && header !== '') await file.append(encoder.encode(header));
    begun = true;
  };
  return {
    async write(table) {
      await begin();
      const lines = linesOf(table);
      for (let start = 0; start < table.rows; start += TEXT_ROWS) {
        await file.append(encoder.encode(lines(start, Math.min(table.rows, start + TEXT_ROWS))));
      }
    },
    finish: begin,
  };
}

function checkColumns(columns: readonly WrittenColumn[]): void {
  const names = columns.map(({ name }) => name);
  const fault =
    names.length === 0
      ? 'no columns'
      : names.some((name) => typeof name !== 'string' || name === '')
        ? 'a column without a name'
        : new Set(names).size < names.length &&
          `two columns named ${showValue(names.find((name, j) => names.indexOf(name) < j))}`;
  if (fault) throw new InputError('setting', `table: createTableWriter was given ${fault}; name each by its own`);
}

function checkSame(table: DataTable, columns: readonly WrittenColumn[], path: string): void {
  const isSame =
    table.columns.length === columns.length &&
    columns.every(({ name, kind }, j) => table.columns[j]!.name === name && table.columns[j]!.kind === kind);
  if (isSame) return;
  const shown = (list: readonly WrittenColumn[]) => listed(list.map(({ name, kind }) => `${name}: ${kind}`));
  throw new InputError(
    'data',
    `table: ${path} has the columns ${shown(columns)}; a table of ${shown(table.columns)} can't be added`,
  );
}
