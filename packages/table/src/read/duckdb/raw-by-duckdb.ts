import type { DuckDBConnection } from '@duckdb/node-api';
import { InputError } from '@unbraid/checks';
import { openFile } from '#platform';
import { openCsv } from '../csv/csv-table.ts';
import type { ReadSettings, TableFormat } from '../options.ts';
import type { RawTable } from '../raw-table.ts';
import { findKinds } from '../read-columns.ts';
import type { ByteStream } from '../source/byte-stream.ts';
import { attached } from './attached.ts';
import { csvByDuckdb, csvRelation } from './csv-by-duckdb.ts';
import { openQuery } from './query-table.ts';
import { asked, sqlPath } from './sql.ts';
import { typedEntries } from './typed-entries.ts';

/** What DuckDB reads of a path, asked by a query where there is one. @throws {InputError} what it can't read, in one line */
export async function rawByDuckdb(
  connection: DuckDBConnection,
  path: string,
  format: TableFormat,
  settings: ReadSettings,
  stream: ByteStream | undefined,
): Promise<RawTable> {
  if (format === 'sqlite' || format === 'postgres') return attached(connection, path, format, settings);
  if (format === 'csv') return csvOrQuery(connection, path, settings, stream!);
  const relation = fileRelation(path, format);
  if (settings.query === undefined) return openQuery(connection, `from ${relation}`, settings, path);
  return overView(connection, `from ${relation}`, settings, path);
}

async function csvOrQuery(
  connection: DuckDBConnection,
  path: string,
  settings: ReadSettings,
  stream: ByteStream,
): Promise<RawTable> {
  // Names and kinds that the settings tell are those of the query's result, and not of the file.
  const isAsked = settings.query !== undefined;
  const csv = await openCsv(stream, isAsked ? { ...settings, columns: undefined, kinds: new Map() } : settings);
  const relation = csvRelation(path, csv.dialect, await isPacked(path));
  if (!isAsked) return csvByDuckdb(connection, csv, relation);
  const kinds = await findKinds(csv, csv.columns, { ...settings, kinds: new Map() });
  return overView(connection, `select ${typedEntries(csv, kinds)} from ${relation}`, settings, path);
}

async function overView(
  connection: DuckDBConnection,
  view: string,
  settings: ReadSettings,
  path: string,
): Promise<RawTable> {
  await asked(path, () => connection.run(`create view data as ${view}`));
  return openQuery(connection, settings.query!, settings, path);
}

async function isPacked(path: string): Promise<boolean> {
  const file = await openFile(path);
  try {
    const [first, second] = new Uint8Array(await file.slice(0, 2));
    return first === 0x1f && second === 0x8b;
  } finally {
    await file.close();
  }
}

/** What a file is to DuckDB, as what stands after `from`. */
function fileRelation(path: string, format: TableFormat): string {
  if (format === 'parquet') return `read_parquet(${sqlPath(path)}, binary_as_string = true)`;
  if (format === 'jsonl') return `read_json(${sqlPath(path)}, sample_size = -1)`;
  throw new InputError(
    'setting',
    `table: ${path} can't be asked by a query, since DuckDB doesn't read ${format}; write it as CSV or Parquet first`,
  );
}
