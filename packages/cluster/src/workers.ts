import type { WorkerId, WorkerInfo } from './cluster.ts';
import type { Parts } from './parts.ts';
import { tend } from './tend.ts';

export async function register(
  { database }: Parts,
  { machine, process, cores, versions }: WorkerInfo,
): Promise<WorkerId> {
  const [worker] = await database.query<{ id: WorkerId }>(
    'insert into unbraid.worker (machine, process, cores, versions) values ($1, $2, $3, $4) returning id::text',
    [machine, process, cores, JSON.stringify(versions)],
  );
  return worker!.id;
}

/** Workers look for silent ones too: a run goes on while its coordinator is away. */
export async function seen(parts: Parts, worker: WorkerId): Promise<void> {
  await parts.database.query('update unbraid.worker set seen_at = now(), left_at = null where id = $1', [worker]);
  await tend(parts);
}

export async function leave({ database }: Parts, worker: WorkerId): Promise<void> {
  await database.query('update unbraid.worker set seen_at = now(), left_at = now() where id = $1', [worker]);
}
