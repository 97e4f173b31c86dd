import type { DataTable } from '../table.ts';
import { openTable } from './open-table.ts';
import { checkReadOptions, type ReadTableOptions, type TableSource } from './options.ts';
import { readColumns, streamColumns } from './read-columns.ts';

/**
 * Reads a table, all of it: a CSV, JSON lines, Parquet or Arrow file (by what it is and not by its name; text also packed by gzip), or, by
 * DuckDB, an SQLite file, a Postgres database (`postgres://…`) or what a query gives.
 *
 * What a column of text holds is found from all of its entries: numbers, dates (ISO 8601), true and false, or texts. A column whose entries
 * differ holds texts, as do codes with leading zeros and integers beyond 2⁵³. Entries of text files are taken without blanks around them.
 *
 * @returns columns of as many entries each, in the source's order unless `columns` says another
 * @throws {InputError} one line that names the file, and line or row and column where there are: for a file that is something else or is
 *   damaged, has no rows, rows of different lengths or two columns of one name, for an entry that isn't of the kind told, for a column that
 *   isn't there; `missing` where DuckDB is needed and isn't installed.
 */
export async function readDataTable(source: TableSource, options: ReadTableOptions = {}): Promise<DataTable> {
  const settings = checkReadOptions('readDataTable', options);
  const { raw, close } = await openTable(source, settings);
  try {
    return await readColumns(raw, settings);
  } finally {
    await close();
  }
}

/**
 * Reads a table as `readDataTable` does, `batchRows` rows at a time (fewer in the last batch), in memory for one batch. Each batch has levels
 * of its own. With `kinds` for every column that is read the source is read once; else it is read twice, first to find them.
 *
 * @throws {InputError} as `readDataTable`; rows before a fault are given before it is thrown
 */
export async function* streamDataTable(
  source: TableSource,
  options: ReadTableOptions = {},
): AsyncGenerator<DataTable, void, undefined> {
  const settings = checkReadOptions('streamDataTable', options);
  const { raw, close } = await openTable(source, settings);
  try {
    yield* streamColumns(raw, settings);
  } finally {
    await close();
  }
}
