import type { DuckDBConnection } from '@duckdb/node-api';
import { loadDuckdb } from '#platform';

/** A database in memory, and what ends it. */
export interface Database {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** @throws {InputError} `missing`, where DuckDB isn't installed */
export async function openDatabase(need: string): Promise<Database> {
  const { DuckDBInstance } = await loadDuckdb(need);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
