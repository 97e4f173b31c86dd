import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddress } from '../src/database/address.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { type Cluster, type ClusterView, initCluster, openCluster, openClusterView } from '../src/index.ts';
import { newRun } from './cluster-suite.ts';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from './postgres.ts';

const bin = findPostgres();
const versions = { node: '20.20.2', unbraid: '0.1.0' };
const bytes = (...values: number[]) => Uint8Array.from(values);

describe.skipIf(bin === undefined)(`a database that somebody looks at (${NEEDS_POSTGRES})`, () => {
  let server: TestPostgres;
  let url: string;
  let cluster: Cluster;
  let view: ClusterView;

  beforeAll(async () => {
    server = await startPostgres(bin!);
    url = await server.createDatabase();
    await expect(openClusterView(url)).rejects.toThrow(/isn't prepared for runs/);
    await initCluster(url);
    cluster = await openCluster(url);
    await server.execute(
      url,
      `create role reader login password 'r3ad'; grant usage on schema unbraid, unbraid_queue to reader;
       grant select on all tables in schema unbraid, unbraid_queue to reader`,
    );
    const asReader = new URL(url);
    [asReader.username, asReader.password] = ['reader', 'r3ad'];
    view = await openClusterView(asReader.href);
  }, 120_000);
  afterAll(async () => {
    await view?.close();
    await cluster?.close();
    await server?.stop();
  });

  const register = (machine: string, process = 1) => cluster.register({ machine, process, cores: 2, versions });
  async function entered(keys: readonly string[]): Promise<string> {
    const { id } = await cluster.enterRun(newRun());
    await cluster.offer(id, { group: 0, keys, before: [] });
    return id;
  }
  const found = async (id: string) => (await view.runs()).find((run) => run.id === id);

  it('is seen by a user who may only read, and shows how units stand', async () => {
    expect(view.address).toMatch(/^postgres:\/\/reader@127\.0\.0\.1:\d+\/test_1$/);
    const worker = await register('here');
    const run = newRun();
    const { id } = await cluster.enterRun(run);
    await cluster.offer(id, { group: 0, keys: ['a', 'b', 'c', 'd'], before: [] });
    const first = await cluster.take({ worker, versions });
    await first!.complete(bytes(1, 2), 0.5);
    await cluster.take({ worker, versions });
    expect(await found(id)).toEqual({
      id,
      name: 'a-run',
      fingerprint: run.config.fingerprint,
      experiment: 'test/run',
      preset: 'smoke',
      status: 'offered',
      error: undefined,
      requires: 'node 20, unbraid 0.1.0',
      age: expect.any(Number),
      units: { total: 4, done: 1, active: 1, waiting: 2, failed: 0 },
      heard: 1,
      ended: expect.any(Number),
    });
    expect(await view.configs([id, '999'])).toEqual(new Map([[id, run.config]]));
    const ended = await view.ended(id);
    expect(ended).toEqual([{ key: 'a', at: expect.any(Number), bytes: 2 }]);
    expect(await view.ended(id, ended[0]!.at)).toEqual(ended);
    expect(await view.ended(id, ended[0]!.at + 3600)).toEqual([]);
    expect(await view.value(id, 'a')).toEqual(Buffer.of(1, 2));
    await expect(view.value(id, 'b')).rejects.toThrow('has no result of unit "b"');
    await cluster.remove(id);
  });

  it('tells who works for a run, since when, and how fast', async () => {
    const [here, there] = [await register('here', 7), await register('there', 8)];
    const id = await entered(['a', 'b', 'c', 'd', 'e']);
    const take = async (worker: string) => (await cluster.take({ worker, versions }))!;
    await (await take(here)).complete(bytes(1), 10);
    await (await take(here)).complete(bytes(1), 20);
    const active = await take(here);
    await (await take(there)).fail('no memory');
    await cluster.leave(there);
    await register('idle');
    await cluster.register({ machine: 'other', process: 1, cores: 1, versions: { ...versions, unbraid: '9.9.9' } });
    const { workers, free } = await view.workers(id);
    expect(workers).toMatchObject([
      { id: here, machine: 'here', process: 7, cores: 2, state: 'working', done: 2, failed: 0, secondsPerUnit: 15 },
      { id: there, machine: 'there', process: 8, state: 'left', active: [], done: 0, failed: 1 },
    ]);
    expect(workers[0]!.active).toEqual([
      { key: active.key, attempt: 1, taken: expect.any(Number), silent: expect.any(Number) },
    ]);
    // Two in the 20 s from the beginning of the longer one.
    expect(workers[0]!.unitsPerHour).toBeGreaterThan(300);
    expect(workers[0]!.unitsPerHour).toBeLessThanOrEqual(360);
    expect(workers[1]!.unitsPerHour).toBeUndefined();
    // Those of the test before are at nothing any more, as is the idle one.
    expect(free).toBe(2);
    await cluster.remove(id);
  });

  it('says of units whose worker fell silent that nobody is heard of, though nobody else looks', async () => {
    const worker = await register('here');
    const id = await entered(['a']);
    await cluster.take({ worker, versions });
    expect(await found(id)).toMatchObject({ heard: 1, units: { active: 1 } });
    await server.execute(url, `update unbraid_queue.job set heartbeat_on = now() - interval '1 minute'`);
    expect(await found(id)).toMatchObject({ heard: 0, units: { active: 1 } });
    await cluster.remove(id);
  });

  it('counts anew what changes, also of a run that was cancelled', async () => {
    const worker = await register('here');
    const id = await entered(['a', 'b']);
    const job = await cluster.take({ worker, versions });
    await cluster.cancel(id);
    expect(await found(id)).toMatchObject({ status: 'cancelled', units: { active: 1, waiting: 1 } });
    await job!.release();
    expect(await found(id)).toMatchObject({ units: { active: 0, waiting: 2 } });
    await cluster.retry(id);
    await (await cluster.take({ worker, versions }))!.complete(bytes(1), 1);
    await cluster.finishRun(id);
    expect(await found(id)).toMatchObject({ status: 'done', units: { done: 1 } });
    expect(await view.ended(id)).toEqual([]);
    await cluster.remove(id);
    expect(await found(id)).toBeUndefined();
  });

  it('lists runs in the order of their numbers', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 11; i++) ids.push((await cluster.enterRun(newRun())).id);
    expect((await view.runs()).map(({ id }) => id)).toEqual(ids);
    expect((await cluster.status()).runs.map(({ id }) => id)).toEqual(ids);
    for (const id of ids) await cluster.remove(id);
  });

  it('is woken by notices', async () => {
    const began = performance.now();
    const change = view.change(30);
    await pause(100);
    await server.execute(url, `select pg_notify('unbraid', '1')`);
    await change;
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('can write nothing, also where its user might', async () => {
    const database = await openPostgres(readAddress(url), { onlooker: true });
    try {
      for (const statement of ['delete from unbraid.run', 'create table t ()', `select nextval('unbraid.run_id_seq')`])
        await expect(database.query(statement)).rejects.toThrow(/in a read-only transaction$/);
    } finally {
      await database.close();
    }
  });

  it('fails at once in one line while the server is away, and goes on once it is back', async () => {
    const restarted = server.restart('immediate', 1);
    await expect
      .poll(
        () =>
          view.runs().then(
            () => '',
            (error: Error) => error.message,
          ),
        { timeout: 20_000, interval: 50 },
      )
      .toMatch(/^cluster: the database postgres:\/\/reader@127\.0\.0\.1:\d+\/test_1 can't be reached: [^\n]+$/);
    await restarted;
    await expect
      .poll(
        () =>
          view.runs().then(
            () => 'there',
            () => 'away',
          ),
        { timeout: 20_000 },
      )
      .toBe('there');
  });
});
