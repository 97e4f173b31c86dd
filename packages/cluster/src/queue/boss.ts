import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, UsageError } from '@unbraid/experiment';
import { type CommandResponse, type Db, PgBoss } from 'pg-boss';
import { HEARTBEAT, type RunId } from '../cluster.ts';
import type { Database, Sql } from '../database/database.ts';

/** pg-boss keeps its own tables, and their versions, in a schema of its own. */
export const BOSS_SCHEMA = 'unbraid_queue';

/** Each run has a queue: one that a worker can't work for is passed over, and one that is over is dropped whole. */
export const queueOf = (run: RunId): string => `run-${run}`;

/** Ten years, in seconds: a cancelled run may be taken up again whenever its user likes. */
const KEPT = 10 * 365 * 86_400;
/** The longest that pg-boss takes, in seconds. It ends no unit: nothing here looks at it but pg-boss's own supervision, which is off. */
const LONGEST = 86_400;
/** More than any unit is given up after: that is counted in `unit.deaths`, which a worker that ends in order doesn't raise. */
const RETRIES = 1_000_000;

export const queueOptions = {
  heartbeatSeconds: HEARTBEAT,
  retryLimit: RETRIES,
  retryDelay: 0,
  expireInSeconds: LONGEST,
  retentionSeconds: KEPT,
  deleteAfterSeconds: KEPT,
} as const;

const transaction = new AsyncLocalStorage<Sql>();

/** Asks pg-boss for something in a transaction. Its option `db` would not do: what it doesn't know of a queue it looks up beside it, by a second connection. */
export function within<T>(sql: Sql, ask: () => Promise<T>): Promise<T> {
  return transaction.run(sql, ask);
}

function bossDatabase(database: Database): Db {
  return {
    executeSql: async (text, values) => ({
      rows: [...(await (transaction.getStore() ?? database).query(text, values))],
    }),
  };
}

/** Its timers are off: what is to be done is done here, when it is due. */
function boss(database: Database, migrate: boolean): PgBoss {
  const made = new PgBoss({
    db: bossDatabase(database),
    schema: BOSS_SCHEMA,
    migrate,
    createSchema: migrate,
    supervise: false,
    schedule: false,
    registerInstance: false,
    monitorVacuum: false,
    queueCacheIntervalSeconds: 3600,
    openTelemetry: { enabled: false },
  });
  // Of its timers; what is asked of it rejects by itself.
  made.on('error', () => undefined);
  return made;
}

/** pg-boss's own tables, of its newest version. Of several that make them at once one does, and the others see that they are there when they look again. */
export async function migrateBoss(database: Database): Promise<void> {
  for (let tries = 1; ; tries++) {
    const made = boss(database, true);
    try {
      await made.start();
      return;
    } catch (error) {
      if (tries === 5) throw error;
      await pause(100 * tries);
    } finally {
      await made.stop({ close: false, graceful: false });
    }
  }
}

/** @throws {UsageError} where its tables are of another version */
export async function openBoss(database: Database): Promise<PgBoss> {
  const made = boss(database, false);
  try {
    return await made.start();
  } catch (error) {
    const { address } = database;
    throw new UsageError(
      `cluster: the queue in ${address} is of another version (${messageOf(error)}); bring it up to date with the newest Unbraid: unbraid queue init ${address}`,
      { cause: error },
    );
  }
}

/** Whether what was asked of a job was done to it: not where another has it, or its run is done or removed, and its queue with it. */
export async function happened(asked: Promise<CommandResponse>): Promise<boolean> {
  try {
    const response = await asked;
    return 'affected' in response && response.affected === 1;
  } catch (error) {
    if (error instanceof Error && /^Queue .* does not exist$/.test(error.message)) return false;
    throw error;
  }
}
