import { InputError, showValue, toBytes } from '@unbraid/checks';
import { openFile } from '#platform';
import { openArrow } from './arrow/arrow-table.ts';
import { openCsv } from './csv/csv-table.ts';
import { openDatabase } from './duckdb/database.ts';
import { rawByDuckdb } from './duckdb/raw-by-duckdb.ts';
import { openJson } from './json/json-table.ts';
import type { ReadSettings, TableFormat, TableSource } from './options.ts';
import { openParquet } from './parquet/parquet-table.ts';
import type { RawTable } from './raw-table.ts';
import { type ByteStream, byteStream } from './source/byte-stream.ts';
import { findFormat } from './source/find-format.ts';

/** A source that is read, and what lets go of it. */
export interface OpenTable {
  readonly raw: RawTable;
  close(): Promise<void>;
}

const nothing = async (): Promise<void> => {};

/** @throws {InputError} for what can't be read as a table */
export async function openTable(source: TableSource, settings: ReadSettings): Promise<OpenTable> {
  if (typeof source === 'string' && isPostgres(source)) return openByDuckdb(source, 'postgres', settings);
  const stream = byteStream(source);
  const start = await beginning(stream);
  const format = settings.format ?? findFormat(start, stream.name);
  if (needsDuckdb(format, settings)) {
    if (typeof source === 'string') return openByDuckdb(source, format, settings, stream);
    throw new InputError(
      'setting',
      `table: ${stream.name} is given as bytes, and DuckDB reads files by their path; give that`,
    );
  }
  if (format === 'csv') return { raw: await openCsv(stream, settings), close: nothing };
  if (format === 'jsonl') return { raw: await openJson(stream, settings), close: nothing };
  if (format === 'arrow') return { raw: await openArrow(stream, settings), close: nothing };
  return openOwnParquet(source, settings);
}

const isPostgres = (source: string): boolean => /^postgres(?:ql)?:\/\//.test(source);

function needsDuckdb(format: TableFormat, { query, engine }: ReadSettings): boolean {
  if (format === 'sqlite' || format === 'postgres' || query !== undefined) return true;
  return engine === 'duckdb' && (format === 'csv' || format === 'parquet');
}

async function beginning({ open }: ByteStream): Promise<Uint8Array> {
  for await (const piece of open()) return piece;
  return new Uint8Array();
}

async function openOwnParquet(source: TableSource, settings: ReadSettings): Promise<OpenTable> {
  if (typeof source !== 'string') {
    const bytes = toBytes(source.bytes, source.name, 'table');
    const file = {
      byteLength: bytes.length,
      slice: (start: number, end?: number) => bytes.slice(start, end).buffer,
    };
    return { raw: await openParquet(file, settings, source.name), close: nothing };
  }
  const file = await openFile(source);
  try {
    return { raw: await openParquet(file, settings, source), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openByDuckdb(
  path: string,
  format: TableFormat,
  settings: ReadSettings,
  stream?: ByteStream,
): Promise<OpenTable> {
  if (settings.engine === 'own') {
    throw new InputError('setting', `table: only DuckDB answers queries and reads databases; leave out engine: "own"`);
  }
  const need = settings.query === undefined ? `reading ${showValue(path)}` : 'a query';
  const database = await openDatabase(need);
  try {
    return {
      raw: await rawByDuckdb(database.connection, path, format, settings, stream),
      close: async () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
