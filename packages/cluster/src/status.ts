import type { RunId, RunOverview, RunStatus, Status, Versions, WorkerId, WorkerOverview } from './cluster.ts';
import type { Parts } from './parts.ts';
import { BOSS_SCHEMA } from './queue/boss.ts';

/** Units of a run, counted. */
export interface UnitsRow {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly active: number;
}

/** A run and its units, as they are asked for. */
export interface RunRow extends UnitsRow {
  readonly id: RunId;
  readonly name: string;
  readonly experiment: string;
  readonly preset: string;
  readonly status: RunStatus;
  readonly error: string | null;
  readonly requires: string;
  readonly age: number;
}

interface WorkerRow {
  readonly id: WorkerId;
  readonly machine: string;
  readonly process: number;
  readonly cores: number;
  readonly versions: Versions;
  readonly done: number;
  readonly silent: number;
  readonly active: WorkerOverview['active'];
}

/** A unit that a worker is at: `job` is pg-boss's. @param also what holds of that */
export const activeIf = (also = ''): string =>
  `worker is not null and done_at is null and exists (select from ${BOSS_SCHEMA}.job where name = 'run-' || unit.run and id = unit.job and state = 'active'${also})`;

const ACTIVE = activeIf();

/** The columns of `UnitsRow`, over units of one run. */
export const unitCounts = `count(*)::int as total, (count(*) filter (where done_at is not null and unit.error is null))::int as done,
  (count(*) filter (where unit.error is not null))::int as failed, (count(*) filter (where ${ACTIVE}))::int as active`;

export async function status({ database }: Parts): Promise<Status> {
  const runs = await database.query<RunRow>(
    `select id::text, name, config::json ->> 'experiment' as experiment, config::json ->> 'preset' as preset, status, error, requires,
       extract(epoch from now() - offered_at)::float8 as age, total, done, failed, active
     from unbraid.run, lateral (
       select ${unitCounts} from unbraid.unit where unit.run = run.id) as units
     order by run.id`,
  );
  const workers = await database.query<WorkerRow>(
    `select id::text, machine, process, cores, versions, extract(epoch from now() - seen_at)::float8 as silent,
       coalesce(done, 0) as done, coalesce(active, '[]') as active
     from unbraid.worker left join (
       select worker, (count(*) filter (where done_at is not null and error is null))::int as done,
         json_agg(json_build_object('run', run::text, 'key', key) order by run, key) filter (where ${ACTIVE}) as active
       from unbraid.unit where worker is not null group by worker) as units on worker = worker.id
     where left_at is null and seen_at > now() - interval '1 hour' order by worker.id`,
  );
  return { runs: runs.map(overview), workers };
}

/** As those have it who ask for it. */
export function overview({ total, done, failed, active, error, ...row }: RunRow): RunOverview {
  return {
    ...row,
    error: error ?? undefined,
    units: { total, done, failed, active, waiting: total - done - failed - active },
  };
}
