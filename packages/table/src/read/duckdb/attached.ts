import type { DuckDBConnection } from '@duckdb/node-api';
import { InputError, listed } from '@unbraid/checks';
import type { ReadSettings } from '../options.ts';
import type { RawTable } from '../raw-table.ts';
import { openQuery } from './query-table.ts';
import { asked, sqlName, sqlText } from './sql.ts';

/** A database of another system by its path or address; its one table, or what is asked of its tables. */
export async function attached(
  connection: DuckDBConnection,
  address: string,
  type: 'sqlite' | 'postgres',
  settings: ReadSettings,
): Promise<RawTable> {
  const name = type === 'postgres' ? 'the Postgres database' : address;
  await asked(name, () => connection.run(`attach ${sqlText(address)} as source (type ${type}, read_only)`));
  await asked(name, () => connection.run('use source'));
  if (settings.query !== undefined) return openQuery(connection, settings.query, settings, name);
  const found = await asked(name, () => connection.runAndReadAll('show tables'));
  const tables = found.getRows().map(([table]) => String(table));
  if (tables.length === 1) return openQuery(connection, `from ${sqlName(tables[0]!)}`, settings, name);
  throw new InputError(
    'setting',
    `table: ${name} has ${tables.length} tables${tables.length > 0 ? ` (${listed(tables)})` : ''}; say which by query: "select * from NAME"`,
  );
}
