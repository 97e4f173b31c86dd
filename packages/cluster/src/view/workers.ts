import { HEARTBEAT, type RunId, type Versions } from '../cluster.ts';
import type { Database } from '../database/database.ts';
import { BOSS_SCHEMA } from '../queue/boss.ts';
import { requirement } from '../versions.ts';
import type { RunWorker, RunWorkers } from './view.ts';

/** Units by which a worker's pace is told. */
const PACE = 20;

interface WorkerRow extends Omit<RunWorker, 'state' | 'secondsPerUnit' | 'unitsPerHour'> {
  readonly left: boolean;
  readonly took: number | null;
  /** Of the newest that it has done: how many, when the first of them began and the last ended, in seconds before now. */
  readonly newest: number;
  readonly first: number | null;
  readonly last: number | null;
}

/** Who has, or had, units of a run. */
export async function workersOf(database: Database, run: RunId): Promise<RunWorkers> {
  const rows = await database.query<WorkerRow>(
    `with units as (
       select worker, key, attempt, error, seconds, done_at, job, unit.run,
         row_number() over (partition by worker, done_at is null, error is null order by done_at desc) <= ${PACE} as newest
       from unbraid.unit where unit.run = $1 and worker is not null and not sequential)
     select worker.id::text, machine, process, cores, versions, extract(epoch from now() - seen_at)::float8 as silent, left_at is not null as left,
       done, failed, took, newest, first, last, coalesce(active, '[]') as active
     from unbraid.worker join (
       select worker, (count(*) filter (where done_at is not null and error is null))::int as done,
         (count(*) filter (where error is not null))::int as failed,
         (avg(seconds) filter (where done_at is not null and error is null))::float8 as took,
         (count(*) filter (where newest and done_at is not null and error is null))::int as newest,
         extract(epoch from now() - min(done_at - seconds * interval '1 s') filter (where newest and error is null))::float8 as first,
         extract(epoch from now() - max(done_at) filter (where error is null))::float8 as last,
         json_agg(json_build_object('key', key, 'attempt', attempt, 'taken', extract(epoch from now() - started_on)::float8,
           'silent', extract(epoch from now() - heartbeat_on)::float8) order by started_on, key) filter (where job.id is not null) as active
       from units left join ${BOSS_SCHEMA}.job on done_at is null and job.name = 'run-' || units.run and job.id = units.job and job.state = 'active'
       group by worker) as mine on mine.worker = worker.id
     where done + failed > 0 or active is not null order by worker.id`,
    [run],
  );
  return { workers: rows.map(workerOf), free: await freeFor(database, run) };
}

function workerOf({ left, took, newest, first, last, ...worker }: WorkerRow): RunWorker {
  const isGone = left || worker.silent > HEARTBEAT;
  const isAtWork = !isGone && worker.active.length > 0;
  const seconds = first === null || last === null ? 0 : first - (isAtWork ? 0 : last);
  return {
    ...worker,
    state: left ? 'left' : isGone ? 'silent' : isAtWork ? 'working' : 'free',
    secondsPerUnit: took ?? undefined,
    unitsPerHour: seconds > 0 ? (3600 * newest) / seconds : undefined,
  };
}

async function freeFor(database: Database, run: RunId): Promise<number> {
  const [asked] = await database.query<{ requires: string }>('select requires from unbraid.run where id = $1', [run]);
  const idle = await database.query<{ versions: Versions }>(
    `select versions from unbraid.worker where left_at is null and seen_at > now() - ${HEARTBEAT} * interval '1 s' and not exists (
       select from unbraid.unit join ${BOSS_SCHEMA}.job on job.name = 'run-' || unit.run and job.id = unit.job and job.state = 'active'
       where unit.worker = worker.id and done_at is null)`,
  );
  return idle.filter(({ versions }) => requirement(versions) === asked?.requires).length;
}
