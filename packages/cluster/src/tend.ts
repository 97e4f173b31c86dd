import { HEARTBEAT, type RunId } from './cluster.ts';
import { endUnit } from './end-unit.ts';
import type { Parts } from './parts.ts';
import { BOSS_SCHEMA } from './queue/boss.ts';

/** Seconds between two looks for silent workers, whoever looks. */
const INTERVAL = HEARTBEAT / 3;

/**
 * Ends attempts whose workers have been silent, where nobody looked a moment ago. Where nobody looked for long, since the server was away or nobody was there,
 * workers have time to be heard of first. pg-boss could look itself; it would also count all jobs each time, which takes long where there are many.
 */
export async function tend(parts: Parts): Promise<void> {
  const { database } = parts;
  const [tended] = await database.query<{ due: boolean }>(
    `update unbraid.tended set at = now(), since = case when at < now() - $2 * interval '1 s' then now() else since end
     where at < now() - $1 * interval '1 s' returning since < now() - $2 * interval '1 s' as due`,
    [INTERVAL, HEARTBEAT],
  );
  if (!tended?.due) return;
  const silent = await database.query<Silent>(
    `select job.id, retry_count as "retryCount", unit.run::text, unit.key, coalesce(machine, 'a machine that is gone') as machine
     from ${BOSS_SCHEMA}.job join unbraid.unit on unit.job = job.id and unit.done_at is null and job.name = 'run-' || unit.run
     left join unbraid.worker on worker.id = unit.worker
     where job.state = 'active' and heartbeat_on < now() - heartbeat_seconds * interval '1 s'`,
  );
  for (const { id, retryCount, run, key, machine } of silent) {
    const message = `its worker on ${machine} was silent for more than ${HEARTBEAT} s`;
    await database.transaction((sql) =>
      endUnit(parts, sql, { run, key, claim: { id, retryCount }, message, how: 'silent' }),
    );
  }
}

interface Silent {
  readonly id: string;
  readonly retryCount: number;
  readonly run: RunId;
  readonly key: string;
  readonly machine: string;
}
