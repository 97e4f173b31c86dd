import type { DataTable } from '../table.ts';
import { openCsv } from './csv/csv-table.ts';
import { checkReadOptions, type ReadTableOptions, type TableSource } from './options.ts';
import { readColumns, streamColumns } from './read-columns.ts';
import { byteStream } from './source/byte-stream.ts';

/** Reads a table from a file. */
export async function readDataTable(source: TableSource, options: ReadTableOptions = {}): Promise<DataTable> {
  const settings = checkReadOptions('readDataTable', options);
  return readColumns(await openCsv(byteStream(source), settings), settings);
}

/** Reads a table from a file, some rows at a time. */
export async function* streamDataTable(source: TableSource, options: ReadTableOptions = {}): AsyncGenerator<DataTable> {
  const settings = checkReadOptions('streamDataTable', options);
  yield* streamColumns(await openCsv(byteStream(source), settings), settings);
}
