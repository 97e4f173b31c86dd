import type { RunConfig } from '@unbraid/experiment';
import { RunError, UsageError } from '@unbraid/experiment';
import type { NewRun, RunId, RunStatus, StoredRun } from './cluster.ts';
import type { Sql } from './database/database.ts';
import { offerOpenUnits } from './offer.ts';
import { notify, type Parts } from './parts.ts';
import { queueOf, queueOptions } from './queue/boss.ts';
import { removeObjects } from './stored-value.ts';
import { requirement } from './versions.ts';

interface RunRow {
  readonly id: RunId;
  readonly name: string;
  readonly config: string;
  readonly status: RunStatus;
  readonly error: string | null;
}

const COLUMNS = 'id::text, name, config, status, error';

const ofRow = ({ id, name, config, status, error }: RunRow): StoredRun => ({
  id,
  name,
  // Written by `enterRun`, of a configuration that was checked.
  config: JSON.parse(config) as RunConfig,
  status,
  error: error ?? undefined,
});

export async function enterRun(parts: Parts, { config, versions, name }: NewRun): Promise<StoredRun> {
  const { fingerprint } = config;
  if (fingerprint === undefined)
    throw new RunError('cluster: a run of an earlier version has no fingerprint; start a new run');
  const values = [fingerprint, name, JSON.stringify(config), requirement(versions)];
  const [entered] = await parts.database.query<{ id: RunId }>(
    `insert into unbraid.run (fingerprint, name, config, requires) values ($1, $2, $3, $4)
     on conflict (fingerprint) do update set name = excluded.name, requires = excluded.requires returning id::text`,
    values,
  );
  const { id } = entered!;
  await parts.boss.createQueue(queueOf(id), queueOptions);
  await retry(parts, id);
  return run(parts, id);
}

export async function findRun({ database }: Parts, fingerprint: string): Promise<StoredRun | undefined> {
  const rows = await database.query<RunRow>(`select ${COLUMNS} from unbraid.run where fingerprint = $1`, [fingerprint]);
  return rows[0] && ofRow(rows[0]);
}

export async function run({ database }: Parts, id: RunId): Promise<StoredRun> {
  const known = /^\d{1,18}$/.test(id);
  const rows = known ? await database.query<RunRow>(`select ${COLUMNS} from unbraid.run where id = $1`, [id]) : [];
  if (rows[0] === undefined)
    throw new UsageError(`cluster: ${database.address} has no run ${id}; unbraid queue status lists them`);
  return ofRow(rows[0]);
}

export async function cancel(parts: Parts, id: RunId): Promise<void> {
  await run(parts, id);
  await parts.database.transaction(async (sql) => {
    await sql.query(`update unbraid.run set status = 'cancelled' where id = $1 and status = 'offered'`, [id]);
    await notify(sql, id);
  });
}

/** Units that failed are offered again too, as if nothing had been tried. */
export async function retry(parts: Parts, id: RunId): Promise<void> {
  await run(parts, id);
  await parts.database.transaction(async (sql) => {
    // One at a time: none offers a unit that another offers.
    await sql.query('select from unbraid.run where id = $1 for update', [id]);
    await sql.query(`update unbraid.run set status = 'offered', error = null where id = $1`, [id]);
    await sql.query(
      `update unbraid.unit set error = null, done_at = null, deaths = 0, silences = 0, offers = offers + 1 where run = $1 and error is not null`,
      [id],
    );
    await offerOpenUnits(parts, sql, id);
    await notify(sql, id);
  });
}

export async function finishRun(parts: Parts, id: RunId): Promise<void> {
  const references = await parts.database.transaction(async (sql) => {
    await sql.query(`update unbraid.run set status = 'done', error = null where id = $1`, [id]);
    const stored = await referencesOf(sql, id);
    // Its directory holds them.
    await sql.query('update unbraid.unit set value = null, reference = null, sha256 = null where run = $1', [id]);
    await sql.query('delete from unbraid.state where run = $1', [id]);
    await notify(sql, id);
    return stored;
  });
  await dropQueue(parts, id);
  await removeObjects(parts, references);
}

export async function remove(parts: Parts, id: RunId): Promise<void> {
  await run(parts, id);
  const references = await parts.database.transaction(async (sql) => {
    const stored = await referencesOf(sql, id);
    await sql.query('delete from unbraid.run where id = $1', [id]);
    await notify(sql, id);
    return stored;
  });
  await dropQueue(parts, id);
  await removeObjects(parts, references);
}

/** With its jobs. */
async function dropQueue({ boss }: Parts, id: RunId): Promise<void> {
  if ((await boss.getQueue(queueOf(id))) !== null) await boss.deleteQueue(queueOf(id));
}

async function referencesOf(sql: Sql, id: RunId): Promise<string[]> {
  const rows = await sql.query<{ reference: string }>(
    `select reference from unbraid.unit where run = $1 and reference is not null
     union all select reference from unbraid.state where run = $1 and reference is not null`,
    [id],
  );
  return rows.map(({ reference }) => reference);
}
