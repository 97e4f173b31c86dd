import type { Cluster, RunOverview, Status, WorkerOverview } from '@unbraid/cluster';
import { formatDuration, UsageError } from '@unbraid/experiment';
import type { Io } from '../io.ts';
import { textTable } from '../text-table.ts';
import { loadCluster } from './load-cluster.ts';

export interface QueueFlags {
  readonly json?: boolean;
}

/** `unbraid queue init DB`: prepares a database. */
export async function initQueue(io: Io, database: string, { json = false }: QueueFlags): Promise<void> {
  const { initCluster } = await loadCluster();
  const { address, from, version } = await initCluster(database);
  const done =
    from === version ? 'is prepared already' : from === 0 ? 'is prepared' : `is brought from schema ${from} up to date`;
  await print(io, json, { database: address, from, version }, `${address} ${done} (schema ${version}).\n`);
}

/** `unbraid queue status DB [RUN]`: what is in a database. */
export async function queueStatus(
  io: Io,
  database: string,
  run: string | undefined,
  { json = false }: QueueFlags,
): Promise<void> {
  await withCluster(database, async (cluster) => {
    const { runs, workers } = await cluster.status();
    if (run === undefined) return print(io, json, { runs, workers }, statusText({ runs, workers }));
    const found = findRun(runs, run, cluster);
    const at = workers.filter(({ active }) => active.some((unit) => unit.run === run));
    return print(io, json, { run: found, workers: at }, `${runText(found)}${workersText(at)}`);
  });
}

/** What can be done to a run, and what is said then. */
const changes = {
  cancel: (id: string) => `Run ${id} is cancelled: its units are given to nobody any more; what is done is kept.\n`,
  retry: (id: string) => `Run ${id} is offered again: what isn't done of it waits for workers.\n`,
  remove: (id: string) => `Run ${id} is removed from the database; its directory stays as it is.\n`,
} as const;

/** `unbraid queue cancel|retry|remove DB RUN`. */
export async function changeRun(
  io: Io,
  change: keyof typeof changes,
  database: string,
  run: string,
  { json = false }: QueueFlags,
): Promise<void> {
  await withCluster(database, async (cluster) => {
    const before = findRun((await cluster.status()).runs, run, cluster);
    if (before.status === 'done' && change !== 'remove')
      throw new UsageError(`run ${run} is done; there is nothing to ${change}`);
    await cluster[change](run);
    const now = (await cluster.status()).runs.find(({ id }) => id === run);
    await print(io, json, { run: now ?? { ...before, status: 'removed' } }, changes[change](run));
  });
}

async function withCluster(database: string, work: (cluster: Cluster) => Promise<void>): Promise<void> {
  const { openCluster } = await loadCluster();
  const cluster = await openCluster(database);
  try {
    await work(cluster);
  } finally {
    await cluster.close();
  }
}

function findRun(runs: readonly RunOverview[], wanted: string, { address }: Cluster): RunOverview {
  const found = runs.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  const ids = runs.map(({ id }) => id);
  const there = ids.length === 0 ? 'there are no runs' : `there ${ids.length === 1 ? 'is' : 'are'} ${ids.join(', ')}`;
  throw new UsageError(`${address} has no run ${wanted}; ${there}`);
}

const print = (io: Io, json: boolean, value: unknown, text: string): Promise<void> =>
  io.stdout.write(json ? `${JSON.stringify(value)}\n` : text);

function statusText({ runs, workers }: Status): string {
  if (runs.length === 0) return `No runs.\n${workersText(workers)}`;
  const rows = runs.map(({ id, name, experiment, preset, status, units, age }) => [
    id,
    name,
    experiment,
    preset,
    status,
    `${units.done}/${units.total}`,
    ...[units.active, units.waiting, units.failed].map(String),
    formatDuration(age),
  ]);
  const heading = ['run', 'name', 'experiment', 'preset', 'status', 'done', 'active', 'waiting', 'failed', 'age'];
  return `${textTable([heading, ...rows])}${workersText(workers)}`;
}

function runText({ id, name, experiment, preset, status, error, units, requires, age }: RunOverview): string {
  const { total, done, active, waiting, failed } = units;
  const rows = [
    ['run', id],
    ['name', name],
    ['experiment', `${experiment}, ${preset}`],
    ['status', status],
    ...(error === undefined ? [] : [['error', error]]),
    ['units', `${done} of ${total} done, ${active} active, ${waiting} waiting, ${failed} failed`],
    ['requires', requires],
    ['offered', `${formatDuration(age)} ago`],
  ];
  return textTable(rows);
}

function workersText(workers: readonly WorkerOverview[]): string {
  if (workers.length === 0) return '\nNo workers.\n';
  const rows = workers.map(({ id, machine, process, cores, active, done, silent }) => [
    id,
    machine,
    ...[process, cores].map(String),
    active.map(({ run, key }) => `${run}: ${key}`).join(', '),
    String(done),
    `${formatDuration(silent)} ago`,
  ]);
  return `\n${textTable([['worker', 'machine', 'process', 'cores', 'at', 'done', 'heard of'], ...rows])}`;
}
