import type { JobAttempt } from 'pg-boss';
import { DEATHS, type Ending, type RunId, SILENCES } from './cluster.ts';
import type { Sql } from './database/database.ts';
import { notify, type Parts } from './parts.ts';
import { happened, queueOf, within } from './queue/boss.ts';

/** How an attempt at a unit ended without a result. */
export interface Failure {
  readonly run: RunId;
  readonly key: string;
  readonly claim: JobAttempt;
  readonly message: string;
  /** `failed`: its own work failed, which it would again. `died`: its process did. `silent`: nothing is known of its worker. */
  readonly how: 'failed' | 'died' | 'silent';
}

/** Ends an attempt: the unit waits again, or, where it can't be done, its run fails. Does nothing where the attempt isn't the newest any more. */
export async function endUnit({ boss }: Parts, sql: Sql, { run, key, claim, message, how }: Failure): Promise<Ending> {
  const queue = queueOf(run);
  if (!(await within(sql, () => happened(boss.fail(queue, claim, { message }))))) return 'late';
  const [unit] = await sql.query<{ deaths: number; silences: number }>(
    `update unbraid.unit set deaths = deaths + $3, silences = silences + $4 where run = $1 and key = $2 and done_at is null
     returning deaths, silences`,
    [run, key, Number(how === 'died'), Number(how === 'silent')],
  );
  if (unit === undefined) return 'late';
  if (how === 'failed' || unit.deaths >= DEATHS || unit.silences >= SILENCES) {
    const times = how === 'died' ? `its process died ${DEATHS} times` : `its workers fell silent ${SILENCES} times`;
    const error = how === 'failed' ? message : `unit "${key}" was given up: ${times}, the last time: ${message}`;
    await sql.query(
      `update unbraid.unit set error = $3, done_at = clock_timestamp(), job = null where run = $1 and key = $2`,
      [run, key, error],
    );
    await sql.query(`update unbraid.run set status = 'failed', error = $2 where id = $1 and status = 'offered'`, [
      run,
      error,
    ]);
    await within(sql, () => boss.deleteJob(queue, claim.id));
  }
  await notify(sql, run);
  return 'kept';
}
