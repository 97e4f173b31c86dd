import { UsageError } from '@unbraid/experiment';
import type { Database, Sql } from '../database/database.ts';
import { migrations } from './migrations.ts';

/** The oldest version of Postgres that is tested. */
const OLDEST = 14;

/** Brings the schema `unbraid` to this version's. Of several that do so at once, one does. Returns the number that it had. */
export async function migrate(database: Database): Promise<number> {
  await checkServer(database);
  return database.transaction(async (sql) => {
    await sql.query(`select pg_advisory_xact_lock(hashtext('unbraid.migration'))`);
    await sql.query(`
      create schema if not exists unbraid;
      create table if not exists unbraid.migration (number int primary key, applied_at timestamptz not null default now());`);
    const found = await current(sql);
    checkNotNewer(found, database.address);
    for (const [index, step] of migrations.entries()) {
      if (index < found) continue;
      await sql.query(step);
      await sql.query('insert into unbraid.migration (number) values ($1)', [index + 1]);
    }
    return found;
  });
}

/** @throws {UsageError} where the server is too old, or the schema isn't this version's */
export async function checkSchema(database: Database): Promise<void> {
  await checkServer(database);
  const { address } = database;
  const [{ there } = { there: false }] = await database.query<{ there: boolean }>(
    `select to_regclass('unbraid.migration') is not null as there`,
  );
  const found = there ? await current(database) : 0;
  if (found === 0) {
    throw new UsageError(`cluster: ${address} isn't prepared for runs; prepare it: unbraid queue init ${address}`);
  }
  checkNotNewer(found, address);
  if (found < migrations.length) {
    throw new UsageError(
      `cluster: ${address} has schema ${found}, this version's is ${migrations.length}; bring it up to date: unbraid queue init ${address}`,
    );
  }
}

async function checkServer(database: Database): Promise<void> {
  const [row] = await database.query<{ number: number }>(
    `select current_setting('server_version_num')::int / 10000 as number`,
  );
  if (row!.number < OLDEST) {
    throw new UsageError(`cluster: ${database.address} is Postgres ${row!.number}; ${OLDEST} or newer is needed`);
  }
}

async function current(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ number: number }>(
    'select coalesce(max(number), 0)::int as number from unbraid.migration',
  );
  return row!.number;
}

function checkNotNewer(found: number, address: string): void {
  if (found <= migrations.length) return;
  throw new UsageError(
    `cluster: ${address} has schema ${found}, of a newer version; this one knows ${migrations.length}: update Unbraid here`,
  );
}
