import { randomUUID } from 'node:crypto';
import type { JobAttempt } from 'pg-boss';
import type { Ending, Job, RunId, StoredState, WorkerId } from './cluster.ts';
import { endUnit } from './end-unit.ts';
import { addJobs } from './offer.ts';
import { notify, type Parts } from './parts.ts';
import { happened, queueOf, within } from './queue/boss.ts';
import { fetchValue, type Placed, placeValue, removeObjects } from './stored-value.ts';

/** A unit that was taken. */
export interface Taken {
  readonly run: RunId;
  readonly key: string;
  readonly group: number;
  readonly attempt: number;
  readonly worker: WorkerId;
  /** pg-boss's name for this attempt at its job: once another has taken it, this is nobody's. */
  readonly claim: JobAttempt;
}

export function createJob(parts: Parts, taken: Taken): Job {
  const { database, boss } = parts;
  const { run, key, group, attempt, worker, claim } = taken;
  const queue = queueOf(run);
  /** Of the unit's row, while it is this worker's; to `[run, key, attempt]`. */
  const ours = 'run = $1 and key = $2 and attempt = $3 and done_at is null';
  const mine = [run, key, attempt];

  async function complete(bytes: Uint8Array, seconds: number): Promise<Ending> {
    const { value, reference, sha256 } = await placeValue(parts, run, key, bytes);
    const { ending, states } = await database.transaction(async (sql) => {
      const [kept] = await sql.query(
        `update unbraid.unit set value = $3, reference = $4, sha256 = $5, seconds = $6, worker = $7, error = null, done_at = clock_timestamp(), done_by = $8, job = null
         where run = $1 and key = $2 and done_at is null returning 1`,
        [run, key, value, reference, sha256, seconds, worker, attempt],
      );
      if (kept === undefined) {
        // Where the connection was lost after this was committed, it is this worker's all the same.
        const [unit] = await sql.query<{ own: boolean }>(
          'select done_by = $3 as own from unbraid.unit where run = $1 and key = $2',
          [run, key, attempt],
        );
        return { ending: unit?.own ? ('kept' as const) : ('late' as const), states: [] };
      }
      // Whoever has the job now: there is nothing left to do.
      await within(sql, () => happened(boss.deleteJob(queue, claim.id)));
      const removed = await sql.query<{ reference: string | null }>(
        'delete from unbraid.state where run = $1 and key = $2 returning reference',
        [run, key],
      );
      await notify(sql, run);
      return { ending: 'kept' as const, states: removed };
    });
    await removeObjects(
      parts,
      states.flatMap(({ reference: at }) => at ?? []),
    );
    return ending;
  }

  return {
    run,
    group,
    key,
    attempt,
    async touch() {
      if (!(await happened(boss.touch(queue, claim)))) return false;
      const rows = await database.query(
        `select 1 from unbraid.unit where ${ours} and exists (select from unbraid.run where id = $1 and status = 'offered')`,
        mine,
      );
      return rows.length > 0;
    },
    async states() {
      const rows = await database.query<Placed & { file: string }>(
        'select file, value, reference, sha256 from unbraid.state where run = $1 and key = $2 order by file',
        [run, key],
      );
      const states: StoredState[] = [];
      for (const row of rows) {
        // A state that can't be read is none: the unit begins anew.
        const bytes = await fetchValue(parts, row.file, row).catch(() => undefined);
        if (bytes !== undefined) states.push({ file: row.file, bytes });
      }
      return states;
    },
    async saveState(file, bytes) {
      const { value, reference, sha256 } = await placeValue(parts, run, file, bytes);
      const replaced = await database.transaction(async (sql) => {
        const before = await sql.query<{ reference: string | null }>(
          'select reference from unbraid.state where run = $1 and key = $2 and file = $3 for update',
          [run, key, file],
        );
        const saved = await sql.query(
          `insert into unbraid.state (run, key, file, value, reference, sha256)
           select run, key, $4, $5, $6, $7 from unbraid.unit where ${ours} for share
           on conflict (run, key, file) do update set value = excluded.value, reference = excluded.reference, sha256 = excluded.sha256
           returning 1`,
          [...mine, file, value, reference, sha256],
        );
        return saved.length > 0 ? before : [];
      });
      const gone = replaced.flatMap(({ reference: old }) => old ?? []);
      await removeObjects(
        parts,
        gone.filter((old) => old !== reference),
      );
    },
    async removeState(file) {
      const removed = await database.query<{ reference: string | null }>(
        `delete from unbraid.state where run = $1 and key = $2 and file = $4 and exists (
           select from unbraid.unit where ${ours}) returning reference`,
        [...mine, file],
      );
      await removeObjects(
        parts,
        removed.flatMap(({ reference }) => reference ?? []),
      );
    },
    complete,
    fail: (message) => database.transaction((sql) => endUnit(parts, sql, { run, key, claim, message, how: 'failed' })),
    died: (message) => database.transaction((sql) => endUnit(parts, sql, { run, key, claim, message, how: 'died' })),
    async release() {
      await database.transaction(async (sql) => {
        if (!(await within(sql, () => happened(boss.deleteJob(queue, claim))))) return;
        const [unit] = await sql.query<{ ordinal: number }>(
          'update unbraid.unit set worker = null where run = $1 and key = $2 and done_at is null returning ordinal',
          [run, key],
        );
        if (unit !== undefined) await addJobs(parts, sql, run, [{ key, ordinal: unit.ordinal, job: randomUUID() }]);
        await notify(sql, run);
      });
    },
  };
}
