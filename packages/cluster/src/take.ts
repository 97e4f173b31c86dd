import type { Job, RunId, TakeOptions } from './cluster.ts';
import type { Sql } from './database/database.ts';
import { createJob, type Taken } from './job.ts';
import type { Parts } from './parts.ts';
import { BOSS_SCHEMA, queueOf, within } from './queue/boss.ts';
import { requirement } from './versions.ts';

export async function take(parts: Parts, options: TakeOptions): Promise<Job | undefined> {
  const taken = await parts.database.transaction((sql) => takeIn(parts, sql, options));
  return taken && createJob(parts, taken);
}

async function takeIn(
  { boss }: Parts,
  sql: Sql,
  { worker, versions, except = [] }: TakeOptions,
): Promise<Taken | undefined> {
  const runs = await sql.query<{ id: RunId }>(
    // One look into the queue's index for each run, in its order: without it the server may look through the jobs of all runs.
    `select run.id::text from unbraid.run, lateral (
       select from ${BOSS_SCHEMA}.job where name = 'run-' || run.id and state < 'active' and not blocked
       order by priority desc, created_on limit 1) as waiting
     where status = 'offered' and requires = $1 and run.id <> all ($2::bigint[]) order by run.id`,
    [requirement(versions), except],
  );
  for (const { id } of runs) {
    for (;;) {
      const [job] = await within(sql, () => boss.fetch<{ key: string }>(queueOf(id)));
      if (job === undefined) break;
      const { key } = job.data;
      const [unit] = await sql.query<{ grp: number; attempt: number }>(
        `update unbraid.unit set attempt = attempt + 1, worker = $3 where run = $1 and key = $2 and job = $4 and done_at is null
         returning grp, attempt`,
        [id, key, worker, job.id],
      );
      if (unit !== undefined) {
        const { grp: group, attempt } = unit;
        return { run: id, key, group, attempt, worker, claim: { id: job.id, retryCount: job.retryCount } };
      }
      // What its worker did came after all.
      await within(sql, () => boss.deleteJob(queueOf(id), job.id));
    }
  }
  return undefined;
}

export async function refused({ database }: Parts, versions: TakeOptions['versions']) {
  return database.query<{ run: RunId; name: string; requires: string }>(
    `select id::text as run, name, requires from unbraid.run where status = 'offered' and requires <> $1 and exists (
       select from unbraid.unit where unit.run = run.id and done_at is null)
     order by id`,
    [requirement(versions)],
  );
}
