import type { JobAttempt } from 'pg-boss';
import { DEATHS, type Ending, type RunId } from './cluster.ts';
import type { Sql } from './database/database.ts';
import { notify, type Parts } from './parts.ts';
import { happened, queueOf, within } from './queue/boss.ts';

/** How an attempt at a unit ended without a result. */
export interface Failure {
  readonly run: RunId;
  readonly key: string;
  readonly claim: JobAttempt;
  readonly message: string;
  /** Its own work failed, which it would again; otherwise what worked on it died. */
  readonly last: boolean;
}

/** Ends an attempt: the unit waits again, or, where it can't be done, its run fails. Does nothing where the attempt isn't the newest any more. */
export async function endUnit({ boss }: Parts, sql: Sql, { run, key, claim, message, last }: Failure): Promise<Ending> {
  const queue = queueOf(run);
  if (!(await within(sql, () => happened(boss.fail(queue, claim, { message }))))) return 'late';
  const [unit] = await sql.query<{ deaths: number }>(
    `update unbraid.unit set deaths = deaths + $3 where run = $1 and key = $2 and done_at is null returning deaths`,
    [run, key, last ? 0 : 1],
  );
  if (unit === undefined) return 'late';
  if (last || unit.deaths >= DEATHS) {
    const error = last
      ? message
      : `unit "${key}" was given up: what worked on it died ${DEATHS} times, the last time: ${message}`;
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
