import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { initCluster } from '@unbraid/cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, NEEDS_POSTGRES, startPostgres, type TestPostgres } from '../../../cluster/test/postgres.ts';
import type { Lab, RunDetail, RunList, RunWorkers, Series } from '../../src/api.ts';
import { lastingFolder, temporaryFolder } from '../folders.ts';
import { makeRun } from '../runs.ts';
import { listen, served } from '../served.ts';
import { beginAtWork, type RunAtWork, withoutPassword } from './at-work.ts';
import { openGates } from './gated.ts';

const bin = findPostgres();

/** What holds of one run, from when it is at work until it is done and its database is away. */
describe.skipIf(bin === undefined)(`a run of a database (${NEEDS_POSTGRES})`, () => {
  let server: TestPostgres;
  let url: string;
  let run: RunAtWork;
  let folder: ReturnType<typeof lastingFolder>;
  beforeAll(async () => {
    folder = lastingFolder();
    server = await startPostgres(bin!);
    url = await server.createDatabase();
    run = await beginAtWork(url, folder.path);
  }, 60_000);
  afterAll(async () => {
    await run?.close();
    await server?.stop();
    folder.remove();
  });

  /** A lab that shows the database, and what it shows of the run. */
  async function lab(...places: readonly string[]) {
    const all = await served({ places, on: url });
    const list = () => all.json<RunList>('/api/runs');
    const { runs, event } = await list();
    return { ...all, runs, event, id: runs[0]!.id, rows: async () => (await list()).runs };
  }

  it('is a row by what the database has, with lines and tables of units that have ended', async () => {
    const { json, ask, send, runs, id } = await lab();
    const address = withoutPassword(url);
    expect(await json<Lab>('/api/lab')).toMatchObject({
      places: [],
      canStart: false,
      database: { address, state: 'connected' },
    });
    expect(runs).toMatchObject([
      {
        name: 'a-run',
        place: address,
        experiment: 'test/gated',
        title: 'Gated',
        seed: 3,
        status: 'running',
        settings: { items: 4, gate: 2 },
        units: { run: '1', total: 4, done: 2, active: 1, waiting: 1, failed: 0 },
        progress: { done: 2, total: 4 },
        remote: true,
      },
    ]);
    const detail = await json<RunDetail>(`/api/runs/${id}`);
    expect(detail).toMatchObject({
      description: 'Squares numbers.',
      metrics: [{ name: 'square', x: 'item', count: 2, last: 1 }],
      lines: 2,
      artifacts: [],
      missing: expect.stringContaining('tables of 2 of the 2 units that have ended'),
    });
    expect(detail.tables.map(({ name }) => name)).toEqual(['of-0', 'of-1']);
    const { curves } = await json<Series>(`/api/runs/${id}/series?metric=square`);
    expect(curves).toMatchObject([{ x: [0, 1], y: [0, 1] }]);
    expect((await send('PUT', `/api/runs/${id}/notes`, { tags: ['a'], text: '' })).status).toBe(400);
    expect((await ask(`/api/runs/${id}/sweep`)).status).toBe(404);
  });

  it('is one row where its directory is shown too', async () => {
    const { json, runs, id } = await lab(folder.path);
    expect(runs).toMatchObject([
      { name: 'a-run', place: folder.path, status: 'running', units: { done: 2, active: 1 } },
    ]);
    expect(runs[0]!.remote).toBeUndefined();
    expect((await json<RunWorkers>(`/api/runs/${id}/workers`)).workers).toMatchObject([{ machine: 'here', done: 2 }]);
    expect((await json<RunDetail>(`/api/runs/${id}`)).missing).toBeUndefined();
  });

  it('tells who works for it, and of lines and tables as units end, while somebody watches', async () => {
    const { ask, json, id, rows } = await lab();
    const workers = () => json<RunWorkers>(`/api/runs/${id}/workers`);
    expect(await workers()).toEqual({
      workers: [
        {
          id: '1',
          machine: 'here',
          process: process.pid,
          cores: 1,
          state: 'working',
          active: [{ key: 'square 2', seconds: expect.any(Number) }],
          heard: expect.any(Number),
          done: 2,
          failed: 0,
          secondsPerUnit: expect.any(Number),
          unitsPerHour: expect.any(Number),
        },
      ],
      free: 0,
      requires: expect.stringMatching(/^node 20, unbraid/),
      age: 0,
    });
    const { event } = await json<RunDetail>(`/api/runs/${id}`);
    const { events } = await listen(ask, `/api/events?run=${id}&after=${event}`);
    const items = () =>
      events.flatMap(({ event: each }) => (each.type === 'lines' ? each.lines.map(({ item }) => item) : []));
    openGates();
    await expect.poll(items, { timeout: 10_000 }).toEqual([2]);
    const types = () => new Set(events.map((each) => each.event.type));
    await expect.poll(types, { timeout: 5000 }).toEqual(new Set(['run', 'lines', 'outputs', 'workers']));
    await run.finish();
    await expect.poll(async () => (await workers()).workers[0]!.done, { timeout: 5000 }).toBe(4);
    await expect.poll(rows, { timeout: 5000 }).toMatchObject([{ status: 'done', units: { done: 4 } }]);
    const revisions = events.flatMap(({ event: each }) => (each.type === 'run' ? [each.run.revision] : []));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
  });

  it('is another row once its directory comes to be shown, and again once that is gone', async () => {
    const place = join(temporaryFolder(), 'place');
    const { json, runs, rows } = await lab(place);
    const [remote] = runs;
    expect(remote).toMatchObject({ remote: true, place: withoutPassword(url), status: 'done' });
    const { missing } = await json<RunDetail>(`/api/runs/${remote!.id}`);
    expect(missing).toMatch(/^This run is done: its directory has its results/);
    renameSync(dirname(run.directory), place);
    await expect
      .poll(rows, { timeout: 10_000 })
      .toMatchObject([{ place, status: 'done', summary: { total: 14 }, units: { done: 4 } }]);
    expect((await rows())[0]!.id).not.toBe(remote!.id);
    renameSync(place, dirname(run.directory));
    await expect.poll(rows, { timeout: 10_000 }).toMatchObject([{ id: remote!.id, remote: true }]);
  });

  it('stays while its database is away, which is said once, without the password, and goes on', async () => {
    const folder = temporaryFolder();
    makeRun(join(folder, 'made'));
    const told: string[] = [];
    const all = await served({ places: [folder], on: url, onWarning: (line) => told.push(line) });
    const { ask, json } = all;
    const { runs, event } = await json<RunList>('/api/runs');
    const { id } = runs.find(({ remote }) => remote)!;
    const { events } = await listen(ask, `/api/events?run=${id}&after=${event}`);
    const state = async () => (await json<Lab>('/api/lab')).database;
    const restarted = server.restart('immediate', 1.3);
    await expect.poll(state, { timeout: 10_000, interval: 50 }).toMatchObject({ state: 'lost' });
    expect((await state())!.error).toContain(`${withoutPassword(url)} can't be reached`);
    const workers = await ask(`/api/runs/${id}/workers`);
    expect(workers.status).toBe(503);
    for (const path of ['/', '/api/lab', '/api/runs', `/api/runs/${id}`, `/api/runs/${id}/log`])
      told.push(await (await ask(path)).text());
    expect((await json<RunList>('/api/runs')).runs.map(({ name }) => name).sort()).toEqual(['a-run', 'made']);
    await restarted;
    await expect.poll(state, { timeout: 20_000 }).toMatchObject({ state: 'connected' });
    expect((await state())!.error).toBeUndefined();
    await expect.poll(() => events.some(({ event: each }) => each.type === 'lab')).toBe(true);
    expect(told.filter((line) => line.endsWith('the lab tries again.'))).toHaveLength(1);
    told.push(JSON.stringify(events), await workers.text());
    expect(told.join('\n')).toContain(withoutPassword(url));
    expect(told.filter((text) => text.includes(new URL(url).password))).toEqual([]);
  });

  it('is waited for where its database is not prepared yet, and folders are shown all the same', async () => {
    const own = await server.createDatabase();
    const folder = temporaryFolder();
    makeRun(join(folder, 'made'));
    const warnings: string[] = [];
    const { json } = await served({ places: [folder], on: own, onWarning: (line) => warnings.push(line) });
    expect((await json<RunList>('/api/runs')).runs).toHaveLength(1);
    const address = withoutPassword(own);
    expect(warnings).toEqual([
      `${address} isn't prepared for runs; prepare it: unbraid queue init ${address}; the lab tries again.`,
    ]);
    await initCluster(own);
    const state = async () => (await json<Lab>('/api/lab')).database;
    await expect.poll(state, { timeout: 10_000 }).toMatchObject({ state: 'connected' });
  });
});

it('refuses what is no address without telling its password, and a lab with nothing to show', async () => {
  const on = 'mysql://me:secret@host/db';
  const refused = served({ places: [temporaryFolder()], on });
  await expect(refused).rejects.toThrow(/is no address of a Postgres database/);
  await expect(refused).rejects.not.toThrow(/secret/);
  await expect(served({ places: [] })).rejects.toThrow('lab: there is nothing to show');
});
