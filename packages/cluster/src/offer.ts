import { randomUUID } from 'node:crypto';
import type { UnitGroup } from '@unbraid/experiment/workers';
import type { RunId } from './cluster.ts';
import type { Sql } from './database/database.ts';
import { notify, type Parts } from './parts.ts';
import { BOSS_SCHEMA, queueOf, within } from './queue/boss.ts';
import { placeValue } from './stored-value.ts';

/** Units that are entered in one transaction. */
const CHUNK = 1000;
/** Units among which it doesn't matter how the next one is found. */
const FEW = 200;

export async function offer(parts: Parts, id: RunId, { group, keys }: UnitGroup): Promise<void> {
  for (let first = 0; first < keys.length; first += CHUNK) {
    const chunk = keys.slice(first, first + CHUNK);
    await parts.database.transaction(async (sql) => {
      await sql.query('select from unbraid.run where id = $1 for update', [id]);
      await sql.query(
        // One whose value is gone was done, and its result got lost with the run's directory.
        `insert into unbraid.unit (run, key, grp, ordinal)
         select $1, key, $2, $3 + place from unnest($4::text[]) with ordinality as given (key, place)
         on conflict (run, key) do update set offers = unit.offers + 1, grp = excluded.grp, sequential = false,
           done_at = case when unit.error is null and unit.value is null and unit.reference is null then null else unit.done_at end`,
        [id, group, first, chunk],
      );
      await offerOpenUnits(parts, sql, id, chunk);
      await notify(sql, id);
    });
    const isLast = first + CHUNK >= keys.length;
    if (keys.length > FEW && (first === 0 || isLast)) await countRows(parts);
  }
}

/** Until the server has counted rows, which it does every minute or so, it may look through all jobs for the next one. */
async function countRows({ database }: Parts): Promise<void> {
  await database.query(`analyze unbraid.unit, ${BOSS_SCHEMA}.job`);
}

/**
 * Gives each of a run's units that isn't done, and for which no job waits or is at work, a job.
 * @param keys only of these; of all where there are none
 */
export async function offerOpenUnits({ boss }: Parts, sql: Sql, id: RunId, keys?: readonly string[]): Promise<void> {
  const open = await sql.query<{ key: string; ordinal: number }>(
    `select key, ordinal from unbraid.unit where run = $1 and done_at is null and not sequential
       and ($3::text[] is null or key = any ($3)) and (job is null or not exists (
         select from ${BOSS_SCHEMA}.job where name = $2 and id = unit.job and state in ('created', 'retry', 'active')))`,
    [id, queueOf(id), keys ?? null],
  );
  for (let first = 0; first < open.length; first += CHUNK) {
    const jobs = open.slice(first, first + CHUNK).map(({ key, ordinal }) => ({ key, ordinal, job: randomUUID() }));
    await addJobs({ boss }, sql, id, jobs);
  }
}

/** A unit with the job that is to be made for it. */
interface UnitJob {
  readonly key: string;
  readonly ordinal: number;
  readonly job: string;
}

export async function addJobs(
  { boss }: Pick<Parts, 'boss'>,
  sql: Sql,
  id: RunId,
  jobs: readonly UnitJob[],
): Promise<void> {
  // Units are begun in the order of their values.
  const inserted = jobs.map(({ key, ordinal, job }) => ({ id: job, data: { key }, priority: -ordinal }));
  await within(sql, () => boss.insert(queueOf(id), inserted));
  await sql.query(
    `update unbraid.unit set job = given.job from unnest($2::text[], $3::uuid[]) as given (key, job)
     where run = $1 and unit.key = given.key`,
    [id, jobs.map(({ key }) => key), jobs.map(({ job }) => job)],
  );
}

export async function missing({ database }: Parts, id: RunId, keys: readonly string[]): Promise<readonly string[]> {
  const rows = await database.query<{ key: string }>(
    `select key from unnest($2::text[]) with ordinality as given (key, place) where not exists (
       select from unbraid.unit where run = $1 and unit.key = given.key and (value is not null or reference is not null))
     order by place`,
    [id, keys],
  );
  return rows.map(({ key }) => key);
}

export async function publish(parts: Parts, id: RunId, group: number, key: string, bytes: Uint8Array): Promise<void> {
  const { value, reference, sha256 } = await placeValue(parts, id, key, bytes);
  await parts.database.query(
    `insert into unbraid.unit (run, key, grp, sequential, ordinal, value, reference, sha256, done_at, collected)
     values ($1, $2, $3, true, 0, $4, $5, $6, now(), 1)
     on conflict (run, key) do update set value = excluded.value, reference = excluded.reference, sha256 = excluded.sha256,
       error = null, done_at = now(), collected = unit.offers
     where unit.value is null and unit.reference is null`,
    [id, key, group, value, reference, sha256],
  );
}

export async function before({ database }: Parts, id: RunId, group: number): Promise<readonly string[]> {
  const rows = await database.query<{ key: string }>(
    `select key from unbraid.unit where run = $1 and (grp < $2 or (grp = $2 and sequential)) and (value is not null or reference is not null)
     order by grp, sequential desc, ordinal`,
    [id, group],
  );
  return rows.map(({ key }) => key);
}
