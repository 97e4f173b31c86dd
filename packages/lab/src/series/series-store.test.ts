import { appendFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { makeRun } from '../../test/runs.ts';
import type { StoredRun } from '../runs/run-store.ts';
import { createLevelCache } from './level-cache.ts';
import { createSeriesStore } from './series-store.ts';

const MOST_BYTES = 2 ** 28;

function made(count: number, status = 'done') {
  const folder = temporaryFolder();
  const lines = Array.from({ length: count }, (_, i) => ({
    step: i,
    network: i % 2 === 0 ? 'a' : 'b',
    loss: i === 777 ? Number.NaN : Math.sin(i / 50) + (i === 5000 ? 40 : 0),
    accuracy: i / count,
  }));
  const plain = lines.map((line) => ({ ...line, loss: Number.isNaN(line.loss) ? 'NaN' : line.loss }));
  const directory = makeRun(join(folder, 'run'), { lines: plain, status });
  const then = Date.now() / 1000 - 60;
  utimesSync(join(directory, 'metrics.jsonl'), then, then);
  const run = { id: 'abc', directory, row: { status } } as StoredRun;
  const cache = join(folder, 'cache');
  const store = () => createSeriesStore(MOST_BYTES, createLevelCache(cache, 2 ** 30));
  return { run, cache, store, lines };
}

const requests = [
  { metric: 'loss', points: 20 },
  { metric: 'loss', points: 500 },
  { metric: 'loss', points: 20_000 },
  { metric: 'loss', points: 100, from: 4990, to: 5010 },
  { metric: 'loss', points: 100, from: 1000, to: 9000 },
  { metric: 'loss', points: 100, to: 900 },
  { metric: 'loss', points: 100, from: 1e9 },
  { metric: 'accuracy', points: 50 },
  { metric: 'nothing', points: 50 },
  { metric: 'loss', points: 300, x: 'line' },
] as const;

it('gives from levels on the disk what it gives from lines', async () => {
  const { run, cache, store } = made(20_000);
  const first = store();
  const fresh = await Promise.all(requests.map((request) => first.series(run, request)));
  const summary = await first.summary(run);
  await first.close();
  expect(readdirSync(cache)).toHaveLength(2);
  const second = store();
  for (const [i, request] of requests.entries()) {
    expect(await second.series(run, request)).toEqual(fresh[i]);
  }
  expect(await second.summary(run)).toEqual(summary);
  // Nothing of the lines was read for it.
  expect(second.bytes()).toBe(0);
});

it('says what is sampled, and gives all points of a window where they fit', async () => {
  const { run, store, lines } = made(20_000);
  const near = await store().series(run, { metric: 'loss', points: 100, from: 4990, to: 5010 });
  expect(near.curves.map(({ sampled, total }) => [sampled, total])).toEqual([
    [false, 13],
    [false, 12],
  ]);
  const [a] = near.curves;
  expect(a!.y).toEqual(a!.x.map((step) => lines[step]!.loss));
  const far = await store().series(run, { metric: 'loss', points: 100 });
  expect(far.curves[0]).toMatchObject({ sampled: true, total: 10_000, key: { network: 'a' } });
  expect(far.curves[0]!.y[far.curves[0]!.x.indexOf(5000)]).toBe(lines[5000]!.loss);
  expect(far.curves[1]!.y[far.curves[1]!.x.indexOf(777)]).toBeNull();
});

it('makes levels anew of a file that has changed, or where they are damaged', async () => {
  const { run, cache, store } = made(3000);
  const first = store();
  await first.series(run, { metric: 'loss', points: 50 });
  await first.close();
  const [name] = readdirSync(cache);
  const whole = readFileSync(join(cache, name!));
  const metrics = join(run.directory, 'metrics.jsonl');
  appendFileSync(metrics, '{"step":3000,"network":"a","loss":1}\n');
  expect((await store().series(run, { metric: 'loss', points: 50 })).lines).toBe(3001);

  const then = Date.now() / 1000 - 30;
  utimesSync(metrics, then, then);
  const expected = (await store().series(run, { metric: 'loss', points: 50 })).curves;
  for (let at = 0; at < whole.length; at += 997) {
    const damaged = Uint8Array.from(whole);
    damaged[at]! ^= 0xff;
    writeFileSync(join(cache, name!), at % 2 === 0 ? damaged : damaged.subarray(0, at));
    const found = await store().series(run, { metric: 'loss', points: 50 });
    expect(found.curves).toEqual(expected);
  }
});

it('writes nothing of a run that goes on', async () => {
  const { run, cache, store } = made(3000, 'running');
  const own = store();
  expect((await own.series(run, { metric: 'loss', points: 50 })).curves).toHaveLength(2);
  await own.close();
  expect(() => readdirSync(cache)).toThrow('ENOENT');
});

it('lets lines go that were not asked for the longest, but for those that are watched', async () => {
  const folder = temporaryFolder();
  const lines = Array.from({ length: 5000 }, (_, step) => ({ step, loss: step }));
  const runs = ['a', 'b', 'c'].map(
    (id) => ({ id, directory: makeRun(join(folder, id), { lines }), row: { status: 'running' } }) as StoredRun,
  );
  const one = createSeriesStore(MOST_BYTES, createLevelCache(join(folder, 'cache'), 2 ** 30));
  await one.series(runs[0]!, { metric: 'loss', points: 10 });
  const size = one.bytes();
  const store = createSeriesStore(size * 2, createLevelCache(join(folder, 'cache'), 2 ** 30));
  const release = store.hold(runs[0]!);
  for (const run of runs) await store.series(run, { metric: 'loss', points: 10 });
  expect(runs.map(({ id }) => store.known(id) !== undefined)).toEqual([true, false, true]);
  release();
  await store.series(runs[1]!, { metric: 'loss', points: 10 });
  expect(runs.map(({ id }) => store.known(id) !== undefined)).toEqual([false, true, true]);
  expect(store.bytes()).toBe(size * 2);
});
