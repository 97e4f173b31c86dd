import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Cluster,
  DEATHS,
  type Job,
  type NewRun,
  type Result,
  type RunId,
  SILENCES,
  type WorkerId,
} from '../src/cluster.ts';
import { createCluster } from '../src/create-cluster.ts';
import type { Database } from '../src/database/database.ts';
import { migrateBoss } from '../src/queue/boss.ts';
import { checkSchema, migrate } from '../src/schema/migrate.ts';

const versions = { node: '20.20.2', unbraid: '0.1.0' };
const bytes = (...values: number[]) => Uint8Array.from(values);

let fingerprints = 0;
/** A run as the coordinator enters it; of its configuration only what is looked at here. */
export function newRun(over: Partial<NewRun> = {}): NewRun {
  const config = { experiment: 'test/run', preset: 'smoke', fingerprint: `f${++fingerprints}`, seed: 1 };
  return { name: 'a-run', versions, config: config as NewRun['config'], ...over };
}

/**
 * What holds of a cluster over any database of Postgres.
 * @param ownClock whether its clock is another than this process's
 */
export function clusterSuite(name: string, open: () => Promise<Database>, ownClock: boolean): void {
  describe(name, () => {
    let database: Database;
    let cluster: Cluster;
    let worker: WorkerId;
    const runs: RunId[] = [];

    beforeAll(async () => {
      database = await open();
      await expect(checkSchema(database)).rejects.toThrow(/isn't prepared for runs; prepare it: unbraid queue init/);
      expect(await migrate(database)).toBe(0);
      await migrateBoss(database);
      expect(await migrate(database)).toBe(1);
      await migrateBoss(database);
      await checkSchema(database);
      cluster = await createCluster(database, undefined);
      worker = await cluster.register({ machine: 'here', process: 7, cores: 2, versions });
    }, 120_000);
    afterEach(async () => {
      vi.useRealTimers();
      for (const id of runs.splice(0)) await cluster.remove(id);
    });
    afterAll(() => cluster?.close());

    async function enter(run: NewRun = newRun(), keys: readonly string[] = []): Promise<RunId> {
      const { id } = await cluster.enterRun(run);
      runs.push(id);
      if (keys.length > 0) await cluster.offer(id, { group: 0, keys, before: [] });
      return id;
    }
    const take = () => cluster.take({ worker, versions });
    async function taken(): Promise<Job> {
      const job = await take();
      if (job === undefined) throw new Error('nothing to take');
      return job;
    }
    /** The next `count` results; rejects with what ends them before. */
    async function next(id: RunId, count: number): Promise<Result[]> {
      const end = new AbortController();
      const found: Result[] = [];
      const follow = async () => {
        for await (const result of cluster.results(id, end.signal)) {
          found.push(result);
          // What is last is marked as seen before it ends.
          if (found.length === count) setTimeout(() => end.abort(), 50);
        }
      };
      await follow().catch((error) => {
        if (found.length < count) throw error;
      });
      return found;
    }
    /** As if nobody had been heard of for a minute, while others looked. */
    async function silence(): Promise<void> {
      await database.query(
        `update unbraid_queue.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`,
      );
      await database.query(`update unbraid.tended set at = now() - interval '10 s', since = now() - interval '1 hour'`);
      await cluster.seen(worker);
    }

    it('keeps a run once for each fingerprint, word by word', async () => {
      const run = newRun();
      const id = await enter(run);
      expect((await cluster.enterRun({ ...run, name: 'moved' })).id).toBe(id);
      expect(await cluster.findRun(run.config.fingerprint!)).toEqual({
        id,
        name: 'moved',
        config: run.config,
        status: 'offered',
        error: undefined,
      });
      expect(await cluster.findRun('none')).toBeUndefined();
      for (const unknown of ['999999', 'x', "1' or true", '9'.repeat(40)])
        await expect(cluster.run(unknown)).rejects.toThrow(`has no run ${unknown}`);
    });

    it('gives out the units of older runs first, and those of a run in their order', async () => {
      const first = await enter(newRun(), ['a', 'b', 'c']);
      const second = await enter(newRun(), ['d']);
      const order = [];
      for (let job = await take(); job !== undefined; job = await take()) order.push([job.run, job.key, job.attempt]);
      expect(order).toEqual([
        [first, 'a', 1],
        [first, 'b', 1],
        [first, 'c', 1],
        [second, 'd', 1],
      ]);
    });

    it('gives each unit one job however often and in however many parts it is offered', async () => {
      const keys = Array.from({ length: 1200 }, (_, i) => `unit ${i}`);
      const id = await enter(newRun(), keys.slice(0, 300));
      const job = await taken();
      await cluster.offer(id, { group: 0, keys, before: [] });
      await Promise.all([1, 2].map(() => cluster.offer(id, { group: 0, keys, before: [] })));
      await cluster.retry(id);
      const jobs = await database.query('select id from unbraid_queue.job where name = $1', [`run-${id}`]);
      expect(jobs).toHaveLength(1200);
      expect(await job.touch()).toBe(true);
    });

    it('gives units only to workers of the run’s versions, and says which others wait', async () => {
      const id = await enter(newRun({ versions: { ...versions, unbraid: '0.2.0' } }), ['a']);
      expect(await take()).toBeUndefined();
      const requires = 'node 20, unbraid 0.2.0';
      expect(await cluster.refused(versions)).toEqual([{ run: id, name: 'a-run', requires }]);
      const newer = { unbraid: '0.2.0', node: '20.19.0' };
      expect(await cluster.take({ worker, versions: newer, except: [id] })).toBeUndefined();
      expect(await cluster.take({ worker, versions: newer })).toMatchObject({ run: id, key: 'a', group: 0 });
    });

    it('keeps the first result of a unit, tells of a later one, and brings results as they come', async () => {
      const id = await enter(newRun(), ['a', 'b']);
      const [a, b] = [await taken(), await taken()];
      expect(await b.complete(bytes(2, 0, 255), 0.5)).toBe('kept');
      expect(await b.complete(bytes(2, 0, 255), 0.5)).toBe('kept');
      const coming = next(id, 2);
      expect(await a.complete(bytes(1), 0.25)).toBe('kept');
      expect(await coming).toEqual([
        { key: 'b', error: undefined, machine: 'here', seconds: 0.5 },
        { key: 'a', error: undefined, machine: 'here', seconds: 0.25 },
      ]);
      expect([...(await cluster.value(id, 'b'))]).toEqual([2, 0, 255]);
      expect(await a.touch()).toBe(false);
      expect(await take()).toBeUndefined();
      await expect(cluster.value(id, 'c')).rejects.toThrow('no result of unit "c"');
      await cluster.offer(id, { group: 0, keys: ['a'], before: [] });
      expect(await next(id, 1)).toMatchObject([{ key: 'a' }]);
    });

    it('finds values that were damaged', async () => {
      const id = await enter(newRun(), ['a']);
      await (await taken()).complete(bytes(1, 2, 3), 1);
      await database.query('update unbraid.unit set value = $2 where run = $1', [id, bytes(1, 2, 4)]);
      await expect(cluster.value(id, 'a')).rejects.toThrow('the value of "a" is damaged');
    });

    it('gives a unit of a silent worker to another, which goes on from its states', async () => {
      const id = await enter(newRun(), ['a']);
      const lost = await taken();
      await lost.saveState('state-1', bytes(1));
      await lost.saveState('state-1', bytes(2));
      await lost.saveState('state-2', bytes(3));
      await lost.removeState('state-2');
      await silence();
      const other = await taken();
      expect(other).toMatchObject({ key: 'a', attempt: 2 });
      expect(await other.states()).toEqual([{ file: 'state-1', bytes: expect.anything() }]);
      expect([...(await other.states())[0]!.bytes]).toEqual([2]);
      // The silent one comes back: what it says of its attempt is heard no more.
      expect(await lost.touch()).toBe(false);
      await lost.saveState('state-1', bytes(9));
      await lost.removeState('state-1');
      expect(await lost.fail('late')).toBe('late');
      expect(await lost.died('late')).toBe('late');
      await lost.release();
      expect([...(await other.states())[0]!.bytes]).toEqual([2]);
      expect(await other.touch()).toBe(true);
      // A result is a result: the first counts.
      expect(await lost.complete(bytes(5), 1)).toBe('kept');
      expect(await other.touch()).toBe(false);
      expect(await other.complete(bytes(6), 1)).toBe('late');
      expect([...(await cluster.value(id, 'a'))]).toEqual([5]);
      expect(await other.states()).toEqual([]);
      expect((await cluster.run(id)).status).toBe('offered');
    });

    it('gives workers time to be heard of where nobody looked for long', async () => {
      await enter(newRun(), ['a']);
      const job = await taken();
      await database.query(
        `update unbraid_queue.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`,
      );
      await database.query(
        `update unbraid.tended set at = now() - interval '1 hour', since = now() - interval '2 hours'`,
      );
      await cluster.seen(worker);
      expect(await job.touch()).toBe(true);
    });

    it.runIf(ownClock)('goes by the database’s clock alone', async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: new Date('1990-01-01') });
      const id = await enter(newRun(), ['a', 'b']);
      const first = await taken();
      vi.setSystemTime(new Date('2090-01-01'));
      await cluster.seen(worker);
      expect(await first.touch()).toBe(true);
      await first.complete(bytes(1), 1);
      vi.setSystemTime(new Date('1970-01-01'));
      await (await taken()).complete(bytes(2), 1);
      expect((await next(id, 2)).map(({ key }) => key)).toEqual(['a', 'b']);
    });

    it('takes back a unit that is released as if it had not been taken', async () => {
      await enter(newRun(), ['a', 'b']);
      for (let i = 0; i <= DEATHS; i++) {
        const job = await taken();
        expect(job.key).toBe('a');
        await job.release();
        await job.release();
      }
      expect((await taken()).key).toBe('a');
      expect((await taken()).key).toBe('b');
    });

    it(`fails a run of which a unit's process died ${DEATHS} times, and does it again when it is told to`, async () => {
      const id = await enter(newRun(), ['a', 'b']);
      const b = await taken().then(async (a) => {
        const other = await taken();
        await a.died('killed by SIGKILL');
        return other;
      });
      await (await taken()).died('killed by SIGSEGV');
      expect((await cluster.run(id)).status).toBe('offered');
      const silent = await taken();
      await silence();
      expect(await silent.died('late')).toBe('late');
      expect((await cluster.run(id)).status).toBe('offered');
      await (await taken()).died('killed by SIGBUS');
      const error = `unit "a" was given up: its process died 3 times, the last time: killed by SIGBUS`;
      expect(await cluster.run(id)).toMatchObject({ status: 'failed', error });
      expect(await b.touch()).toBe(false);
      expect(await take()).toBeUndefined();
      expect(await next(id, 1)).toMatchObject([{ key: 'a', error }]);
      await cluster.retry(id);
      expect(await cluster.run(id)).toMatchObject({ status: 'offered', error: undefined });
      expect([(await taken()).key, (await taken()).key].sort()).toEqual(['a', 'b']);
    });

    it(`fails a run of which a unit's workers fell silent ${SILENCES} times`, async () => {
      const id = await enter(newRun(), ['a']);
      for (let i = 0; i < SILENCES; i++) {
        expect((await cluster.run(id)).status).toBe('offered');
        await taken();
        await silence();
      }
      const error = `unit "a" was given up: its workers fell silent 10 times, the last time: its worker on here was silent for more than 15 s`;
      expect(await cluster.run(id)).toMatchObject({ status: 'failed', error });
    });

    it('fails a run with what its unit failed of', async () => {
      const id = await enter(newRun(), ['a', 'b']);
      const a = await taken();
      const b = await taken();
      expect(await a.fail('galu: X has 3 NaN values')).toBe('kept');
      expect(await b.touch()).toBe(false);
      await b.release();
      expect(await next(id, 1)).toMatchObject([{ key: 'a', error: 'galu: X has 3 NaN values', machine: 'here' }]);
      await expect(next(id, 1)).rejects.toThrow('galu: X has 3 NaN values');
      expect(await take()).toBeUndefined();
    });

    it('stops a run that is cancelled, and goes on with the rest when it is entered again', async () => {
      const run = newRun();
      const id = await enter(run, ['a', 'b', 'c']);
      await (await taken()).complete(bytes(1), 1);
      const b = await taken();
      await b.saveState('state', bytes(7));
      await cluster.cancel(id);
      expect(await take()).toBeUndefined();
      expect(await b.touch()).toBe(false);
      await b.release();
      await next(id, 1);
      await expect(next(id, 1)).rejects.toThrow(`run ${id} was cancelled; resume it to go on`);
      await cluster.enterRun(run);
      const again = await taken();
      expect(again.key).toBe('b');
      expect(await again.states()).toHaveLength(1);
      expect((await taken()).key).toBe('c');
      expect(await take()).toBeUndefined();
      await expect(cluster.cancel('999999')).rejects.toThrow('has no run 999999');
    });

    it('ends waiting for results when the run is cancelled', async () => {
      const id = await enter(newRun(), ['a']);
      const coming = next(id, 1);
      coming.catch(() => undefined);
      await cluster.cancel(id);
      await expect(coming).rejects.toThrow('was cancelled');
    });

    it('has for workers what was done before a group', async () => {
      const id = await enter(newRun(), ['a', 'b']);
      expect(await cluster.missing(id, ['base', 'a', 'none'])).toEqual(['base', 'a', 'none']);
      await cluster.publish(id, 0, 'base', bytes(1));
      await cluster.publish(id, 0, 'base', bytes(2));
      expect(await cluster.before(id, 0)).toEqual(['base']);
      for (const value of [1, 2]) await (await taken()).complete(bytes(value), 1);
      await cluster.publish(id, 1, 'between', bytes(3));
      expect(await cluster.before(id, 0)).toEqual(['base']);
      expect(await cluster.before(id, 1)).toEqual(['base', 'a', 'b', 'between']);
      expect([...(await cluster.value(id, 'base'))]).toEqual([1]);
      expect(await cluster.missing(id, ['base', 'a', 'none'])).toEqual(['none']);
      expect(await take()).toBeUndefined();
    });

    it('keeps no values of a run that is done, and does again what is asked for once more', async () => {
      const run = newRun();
      const id = await enter(run, ['a', 'b']);
      for (const value of [1, 2]) await (await taken()).complete(bytes(value), 1);
      await next(id, 2);
      await cluster.finishRun(id);
      expect((await cluster.run(id)).status).toBe('done');
      expect(await database.query('select from unbraid.unit where run = $1 and value is not null', [id])).toEqual([]);
      await expect(cluster.value(id, 'a')).rejects.toThrow('not there any more');
      await cluster.enterRun(run);
      expect(await take()).toBeUndefined();
      await cluster.offer(id, { group: 0, keys: ['b'], before: [] });
      const job = await taken();
      expect(job.key).toBe('b');
      await cluster.remove(id);
      runs.splice(0);
      expect(await job.touch()).toBe(false);
      expect(await job.complete(bytes(1), 1)).toBe('late');
      expect(await job.fail('x')).toBe('late');
      await job.release();
      await job.saveState('state', bytes(1));
    });

    it('says what is going on', async () => {
      const id = await enter(newRun(), ['a', 'b', 'c', 'd']);
      await (await taken()).complete(bytes(1), 1);
      await taken();
      const { runs: found, workers } = await cluster.status();
      expect(found).toEqual([
        {
          id,
          name: 'a-run',
          experiment: 'test/run',
          preset: 'smoke',
          status: 'offered',
          error: undefined,
          requires: 'node 20, unbraid 0.1.0',
          age: expect.any(Number),
          units: { total: 4, done: 1, active: 1, waiting: 2, failed: 0 },
        },
      ]);
      expect(workers).toEqual([
        {
          id: worker,
          machine: 'here',
          process: 7,
          cores: 2,
          versions,
          silent: expect.any(Number),
          done: 1,
          active: [{ run: id, key: 'b' }],
        },
      ]);
      const other = await cluster.register({ machine: 'there', process: 8, cores: 1, versions });
      await cluster.leave(other);
      expect((await cluster.status()).workers).toHaveLength(1);
    });

    it('refuses values that are too large where there is no store, and says what to set', async () => {
      await enter(newRun(), ['a']);
      const large = new Uint8Array(64 * 2 ** 20 + 1);
      await expect((await taken()).complete(large, 1)).rejects.toThrow(
        /^cluster: "a" has 65 MiB, and the database takes 64; set UNBRAID_STORE/,
      );
    });

    it('refuses a schema of a newer version', async () => {
      await database.query('insert into unbraid.migration (number) values (2)');
      try {
        for (const look of [migrate, checkSchema])
          await expect(look(database)).rejects.toThrow(
            /has schema 2, of a newer version; this one knows 1: update Unbraid here/,
          );
      } finally {
        await database.query('delete from unbraid.migration where number = 2');
      }
    });
  });
}
