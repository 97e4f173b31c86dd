import type { RunConfig } from '@unbraid/experiment';
import { createBell } from '../bell.ts';
import type { RunId } from '../cluster.ts';
import { readAddress } from '../database/address.ts';
import type { Database } from '../database/database.ts';
import { openPostgres } from '../database/postgres.ts';
import { value } from '../results.ts';
import { checkSchema } from '../schema/migrate.ts';
import { createRunReader } from './runs.ts';
import type { ClusterView, EndedUnit } from './view.ts';
import { workersOf } from './workers.ts';

/** Connections besides the one that listens: a long answer keeps no short one waiting. */
const CONNECTIONS = 2;

/**
 * Opens a database to look at its runs. A user of the database who may only read (`select` on the schemas `unbraid` and `unbraid_queue`) can do that.
 * @param url as `openCluster` takes it
 * @throws {UsageError} in one line, as `openCluster` does; {RunError} where it can't be reached for another reason
 */
export async function openClusterView(url: string): Promise<ClusterView> {
  const database = await openPostgres(readAddress(url), { connections: CONNECTIONS, onlooker: true });
  try {
    await checkSchema(database);
    return createView(database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** A view over a database whose schema is this version's. Closing it closes the database. */
function createView(database: Database): ClusterView {
  const bell = createBell(database);
  const parts = { database, store: undefined };
  return {
    address: database.address,
    runs: createRunReader(database),
    async configs(ids) {
      const rows = await database.query<{ id: RunId; config: string }>(
        'select id::text, config from unbraid.run where id = any ($1::bigint[])',
        [ids],
      );
      // Written by `enterRun`, of a configuration that was checked.
      return new Map(rows.map(({ id, config }) => [id, JSON.parse(config) as RunConfig]));
    },
    workers: (id) => workersOf(database, id),
    ended: (id, after) => ended(database, id, after),
    value: (id, key) => value(parts, id, key),
    change: (seconds, signal) => bell.next(seconds, signal),
    async close() {
      await bell.close();
      await database.close();
    },
  };
}

/** What ended before another was committed may come to be seen after it: transactions that end units take seconds at most. */
const LATE = '5 minutes';

async function ended(database: Database, id: RunId, after: number | undefined): Promise<readonly EndedUnit[]> {
  const rows = await database.query<{ key: string; at: number; bytes: number | null }>(
    `select key, extract(epoch from done_at)::float8 as at, octet_length(value) as bytes from unbraid.unit
     where run = $1 and done_at is not null and error is null and (value is not null or reference is not null)
       and ($2::float8 is null or done_at > to_timestamp($2) - interval '${LATE}')
     order by done_at, grp, ordinal`,
    [id, after ?? null],
  );
  return rows.map(({ bytes, ...unit }) => ({ ...unit, bytes: bytes ?? undefined }));
}
