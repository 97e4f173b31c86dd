import type { Cluster, ClusterOptions } from './cluster.ts';
import { createCluster } from './create-cluster.ts';
import { readAddress } from './database/address.ts';
import { openPostgres } from './database/postgres.ts';
import { migrateBoss } from './queue/boss.ts';
import { checkSchema, migrate } from './schema/migrate.ts';
import { migrations } from './schema/migrations.ts';
import { openStore } from './store/open-store.ts';

/**
 * Opens a database that holds runs for many machines, prepared by `initCluster`.
 * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, of Postgres 14 or newer; the password may also be in PGPASSWORD or ~/.pgpass, and is never printed
 * @throws {UsageError} in one line, where the database isn't there, lets the user not in, is too old, or its schema isn't this version's
 */
export async function openCluster(url: string, { signal, store }: ClusterOptions = {}): Promise<Cluster> {
  const address = readAddress(url);
  const kept = await openStore(store ?? process.env.UNBRAID_STORE, process.env);
  const database = await openPostgres(address, { signal });
  try {
    await checkSchema(database);
    return await createCluster(database, kept);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** What became of a database. */
export interface InitResult {
  /** Without the password. */
  readonly address: string;
  /** The number of its schema before, 0 where there was none, and now. */
  readonly from: number;
  readonly version: number;
}

/**
 * Prepares a database for runs, or brings one of an earlier version up to date; one that is, stays as it is.
 * @throws {UsageError} as `openCluster`, and where the user may not create schemas there
 */
export async function initCluster(url: string, { signal }: Pick<ClusterOptions, 'signal'> = {}): Promise<InitResult> {
  const database = await openPostgres(readAddress(url), { signal });
  try {
    const from = await migrate(database);
    await migrateBoss(database);
    return { address: database.address, from, version: migrations.length };
  } finally {
    await database.close();
  }
}
