import { RunError, UsageError } from '@unbraid/experiment';
import type { Bell } from './bell.ts';
import type { Result, RunId, RunStatus } from './cluster.ts';
import { HEARTBEAT } from './cluster.ts';
import type { Parts } from './parts.ts';
import { fetchValue, type Placed } from './stored-value.ts';
import { tend } from './tend.ts';

type ResultRow = Omit<Result, 'error'> & { readonly error: string | null; readonly offers: number };

/** Results that are asked for at once. */
const MANY = 100;

export async function* results(parts: Parts, bell: Bell, id: RunId, signal: AbortSignal): AsyncGenerator<Result> {
  const { database } = parts;
  while (!signal.aborted) {
    const heard = bell.next(HEARTBEAT / 3, signal, id);
    const rows = await database.query<ResultRow>(
      `select key, offers, unit.error, coalesce(machine, '') as machine, coalesce(seconds, 0) as seconds
       from unbraid.unit left join unbraid.worker on worker.id = unit.worker
       where run = $1 and done_at is not null and collected < offers order by done_at limit ${MANY}`,
      [id],
    );
    for (const { offers: _, error, ...rest } of rows) {
      if (signal.aborted) return;
      yield { ...rest, error: error ?? undefined };
    }
    if (rows.length > 0) {
      await database.query(
        `update unbraid.unit set collected = given.offers from unnest($2::text[], $3::int[]) as given (key, offers)
         where run = $1 and unit.key = given.key`,
        [id, rows.map(({ key }) => key), rows.map(({ offers }) => offers)],
      );
      continue;
    }
    await checkRun(parts, id);
    await heard;
    await tend(parts);
  }
}

async function checkRun({ database }: Parts, id: RunId): Promise<void> {
  const [row] = await database.query<{ status: RunStatus; error: string | null }>(
    'select status, error from unbraid.run where id = $1',
    [id],
  );
  if (row === undefined)
    throw new RunError(`cluster: run ${id} was removed from ${database.address}; resume it to offer it again`);
  if (row.status === 'cancelled') throw new RunError(`cluster: run ${id} was cancelled; resume it to go on`);
  if (row.status === 'failed') throw new RunError(row.error ?? `cluster: run ${id} failed`);
}

export async function value(parts: Pick<Parts, 'database' | 'store'>, id: RunId, key: string): Promise<Uint8Array> {
  const [row] = await parts.database.query<Placed>(
    'select value, reference, sha256 from unbraid.unit where run = $1 and key = $2 and done_at is not null and error is null',
    [id, key],
  );
  if (row === undefined) throw new UsageError(`cluster: run ${id} has no result of unit "${key}"`);
  return fetchValue(parts, key, row);
}
