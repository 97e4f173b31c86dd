import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddress } from '../src/database/address.ts';
import type { Database } from '../src/database/database.ts';
import { openPostgres } from '../src/database/postgres.ts';
import { initCluster, openCluster } from '../src/index.ts';
import { checkSchema } from '../src/schema/migrate.ts';
import { newRun } from './cluster-suite.ts';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from './postgres.ts';

const lineOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => new Error('it went well'),
    (reason) => reason,
  );
  expect(error.message).toMatch(/^cluster: [^\n]+$/);
  expect(error.message).not.toContain('secret');
  return `${error.name}: ${error.message}`;
};

describe('an address', () => {
  it.each([
    ['mysql://me:secret@host/db', '"mysql://…@host/db" is no address of a Postgres database'],
    ['me:secret@host/db', '"…@host/db" is no address of a Postgres database'],
    [
      'postgres://me:sec@ret/x@host:port/db',
      '"postgres://…@host:port/db" has an @ behind its host; write @ and / of a password as %40 and %2F',
    ],
    ['postgres://me:secret@host:port/db', `"postgres://…@host:port/db" can't be read as an address`],
    ['postgres://me:secret@host', '"postgres://…@host" names no database'],
    ['', '"" is no address of a Postgres database'],
  ])('%j is refused without its password', async (url, said) => {
    for (const open of [openCluster, initCluster])
      expect(await lineOf(open(url))).toContain(`UsageError: cluster: ${said}`);
  });

  it('that nobody answers at is said', async () => {
    const said = await lineOf(openCluster('postgres://me:secret@127.0.0.1:1/db'));
    expect(said).toMatch(/UsageError: .*no Postgres answers at 127.0.0.1:1 \(ECONNREFUSED\); start it/);
    const unknown = await lineOf(openCluster('postgres://me:secret@no-such-host.invalid/db'));
    expect(unknown).toMatch(/there is no host no-such-host.invalid/);
  });
});

it('a server that is too old is said', async () => {
  const old = { address: 'postgres://me@host/db', query: async () => [{ number: 13 }] } as unknown as Database;
  expect(await lineOf(checkSchema(old))).toContain('postgres://me@host/db is Postgres 13; 14 or newer is needed');
});

const bin = findPostgres();
if (bin === undefined) {
  describe('Postgres', () => it.skip(NEEDS_POSTGRES, () => undefined));
} else {
  describe('Postgres', () => {
    let server: TestPostgres;
    beforeAll(async () => {
      server = await startPostgres(bin);
    }, 60_000);
    afterAll(() => server?.stop());

    it('says what is wrong with the password, the database and its schema', async () => {
      const url = await server.createDatabase();
      const { port } = server;
      expect(await lineOf(openCluster(`postgres://unbraid:secret@127.0.0.1:${port}/test_1`))).toContain(
        `the password of unbraid is wrong for postgres://unbraid@127.0.0.1:${port}/test_1; put the right one into`,
      );
      expect(await lineOf(openCluster(`postgres://unbraid@127.0.0.1:${port}/test_1`))).toContain('asks for a password');
      expect(await lineOf(openCluster(url.replace(/[^/]*$/, 'nothing')))).toContain(
        'there is no database "nothing" at',
      );
      expect(await lineOf(openCluster(url))).toContain(
        `isn't prepared for runs; prepare it: unbraid queue init postgres://unbraid@`,
      );
      expect(await initCluster(url)).toMatchObject({ from: 0, version: 1 });
      await server.execute(url, 'delete from unbraid.migration; insert into unbraid.migration (number) values (99)');
      for (const open of [openCluster, initCluster])
        expect(await lineOf(open(url))).toContain('schema 99, of a newer version');
      await server.execute(
        url,
        'update unbraid.migration set number = 1; update unbraid_queue.version set version = 1',
      );
      expect(await lineOf(openCluster(url))).toContain('the queue in postgres://');
    });

    it('says so where the user may not prepare a database', async () => {
      const url = await server.createDatabase();
      await server.execute(url, `create role guest login password 'pw'; revoke create on database test_2 from public`);
      const guest = url.replace(/\/\/[^@]*@/, '//guest:pw@');
      expect(await lineOf(initCluster(guest))).toMatch(
        /UsageError: .*may not do this \(permission denied for database test_2\)/,
      );
    });

    it('is prepared once by several at the same time', async () => {
      const url = await server.createDatabase();
      await Promise.all([1, 2, 3, 4].map(() => initCluster(url)));
      const cluster = await openCluster(url);
      expect(await cluster.status()).toEqual({ runs: [], workers: [] });
      await cluster.close();
    });

    it('gives each unit to one of many workers at the same time', async () => {
      const url = await server.createDatabase();
      await initCluster(url);
      const clusters = await Promise.all(Array.from({ length: 6 }, () => openCluster(url)));
      const [first] = clusters;
      const run = newRun();
      const { id } = await first!.enterRun(run);
      const keys = Array.from({ length: 150 }, (_, i) => `unit ${i}`);
      await first!.offer(id, { group: 0, keys, before: [] });
      const taken: string[] = [];
      await Promise.all(
        clusters.map(async (cluster, process) => {
          const worker = await cluster.register({ machine: 'm', process, cores: 1, versions: run.versions });
          for (;;) {
            const job = await cluster.take({ worker, versions: run.versions });
            if (job === undefined) return;
            taken.push(job.key);
            expect(await job.complete(Uint8Array.of(taken.length), 0)).toBe('kept');
          }
        }),
      );
      expect(taken.sort()).toEqual(keys.sort());
      await Promise.all(clusters.map((cluster) => cluster.close()));
    });

    it('loses nothing where connections break at any moment', async () => {
      const url = await server.createDatabase();
      await initCluster(url);
      const cluster = await openCluster(url);
      const run = newRun();
      const { id } = await cluster.enterRun(run);
      const keys = Array.from({ length: 60 }, (_, i) => `unit ${i}`);
      await cluster.offer(id, { group: 0, keys, before: [] });
      const worker = await cluster.register({ machine: 'm', process: 1, cores: 1, versions: run.versions });
      let done = false;
      const breaking = (async () => {
        while (!done) {
          await server.execute(
            url,
            `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = 'unbraid' and random() < 0.5`,
          );
        }
      })();
      const seen: string[] = [];
      const end = new AbortController();
      const following = (async () => {
        for await (const { key } of cluster.results(id, end.signal)) {
          expect([...(await cluster.value(id, key))]).toEqual([Number(key.slice(5))]);
          if (!seen.includes(key)) seen.push(key);
          if (seen.length === keys.length) end.abort();
        }
      })();
      const finished = new Set<string>();
      while (finished.size < keys.length) {
        const job = await cluster.take({ worker, versions: run.versions });
        if (job === undefined) {
          // Taken by a transaction of which the answer was lost: it would come back after its silence.
          await server.execute(
            url,
            `update unbraid_queue.job set heartbeat_on = now() - interval '1 minute' where state = 'active';
             update unbraid.tended set at = now() - interval '10 s', since = now() - interval '1 hour'`,
          );
          await cluster.seen(worker);
          continue;
        }
        expect(await job.complete(Uint8Array.of(Number(job.key.slice(5))), 0)).toBe('kept');
        finished.add(job.key);
      }
      await following;
      done = true;
      await breaking;
      expect(seen.sort()).toEqual(keys.sort());
      await cluster.close();
    });

    it('has its statements ended by the signal while it is away', async () => {
      const url = await server.createDatabase();
      const stop = new AbortController();
      const database = await openPostgres(readAddress(url), { signal: stop.signal });
      await server.restart('fast');
      expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
      stop.abort(new Error('enough'));
      await expect(database.query('select 1')).rejects.toThrow('enough');
      await database.close();
    });
  });
}
