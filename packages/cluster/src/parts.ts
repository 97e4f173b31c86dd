import type { PgBoss } from 'pg-boss';
import type { Database, Sql } from './database/database.ts';
import type { Store } from './store/store.ts';

/** What functions over a cluster are made of. */
export interface Parts {
  readonly database: Database;
  readonly boss: PgBoss;
  /** Where values go that are too large for the database. */
  readonly store: Store | undefined;
}

/** The channel on which those who wait hear that something happened. */
export const CHANNEL = 'unbraid';

/** Tells them, once the transaction is committed. `run`: of which; those who wait for others' needn't look. */
export async function notify(sql: Sql, run: string): Promise<void> {
  await sql.query('select pg_notify($1, $2)', [CHANNEL, run]);
}
