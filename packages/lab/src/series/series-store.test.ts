import { appendFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { makeRun } from '../../test/runs.ts';
import type { StoredRun } from '../runs/run-store.ts';
import { createLevelCache, type LevelCache } from './level-cache.ts';
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
  const store = (version = '1') => createSeriesStore(MOST_BYTES, createLevelCache(cache, 2 ** 30, version));
  return { run, cache, store, lines };
}

/** The names of files of levels, once so many are there. */
async function written(cache: string, count: number): Promise<string[]> {
  const names = () => (existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith('.levels')) : []);
  await expect.poll(names).toHaveLength(count);
  return names();
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
  await written(cache, 2);
  await first.close();
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
  const [name] = await written(cache, 1);
  await first.close();
  const whole = readFileSync(join(cache, name!));
  const metrics = join(run.directory, 'metrics.jsonl');
  appendFileSync(metrics, '{"step":3000,"network":"a","loss":1}\n');
  expect((await store().series(run, { metric: 'loss', points: 50 })).lines).toBe(3001);

  const then = Date.now() / 1000 - 30;
  utimesSync(metrics, then, then);
  const expected = (await store().series(run, { metric: 'loss', points: 50 })).curves;
  for (let at = 0; at < whole.length; at += 2503) {
    const damaged = Uint8Array.from(whole);
    damaged[at]! ^= 0xff;
    writeFileSync(join(cache, name!), at % 2 === 0 ? damaged : damaged.subarray(0, at));
    const own = store();
    expect((await own.series(run, { metric: 'loss', points: 50 })).curves).toEqual(expected);
    await own.close();
  }
});

it('makes levels anew of another version, in the place of the old', async () => {
  const { run, cache, store } = made(3000);
  const request = { metric: 'loss', points: 50 };
  const first = store('1');
  await first.series(run, request);
  await written(cache, 1);
  await first.close();
  const second = store('2');
  await second.series(run, request);
  // The lines were read again.
  expect(second.bytes()).toBeGreaterThan(0);
  await expect
    .poll(async () => {
      const third = store('2');
      await third.series(run, request);
      await third.close();
      return third.bytes();
    })
    .toBe(0);
  await second.close();
  expect(readdirSync(cache)).toHaveLength(1);
});

it('says whether levels could be written', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const content = { stamp: '', lines: 0, offset: 0, metrics: [] };
  expect(await createLevelCache(join(folder, 'file', 'cache'), 2 ** 30, '1').write('a', undefined, content)).toBe(
    false,
  );
  expect(await createLevelCache(join(folder, 'cache'), 2 ** 30, '1').write('a', undefined, content)).toBe(true);
});

it('makes levels for nobody for a minute where they could not be written', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { run } = made(3000);
  const write = vi.fn<LevelCache['write']>(async () => false);
  const store = createSeriesStore(MOST_BYTES, { open: async () => undefined, write });
  const ask = async () => {
    const { curves } = await store.series(run, { metric: 'loss', points: 50 });
    expect(curves).toHaveLength(2);
    // Written behind the answer, before anything that is asked for later.
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await ask();
  await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(1));
  await ask();
  vi.setSystemTime(Date.now() + 59_000);
  await ask();
  expect(write).toHaveBeenCalledTimes(1);
  vi.setSystemTime(Date.now() + 2000);
  await ask();
  await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(2));
});

it('reads no run for which nobody waits any more, and none when it is closed', async () => {
  const { run, store } = made(3000);
  const own = store();
  const request = { metric: 'loss', points: 50 };
  const controller = new AbortController();
  const first = own.series(run, request);
  const up = own.series({ ...run, id: 'given up' }, request, controller.signal);
  controller.abort();
  await expect(up).rejects.toMatchObject({ code: 'state' });
  expect((await first).curves).toHaveLength(2);
  const late = own.series({ ...run, id: 'late' }, request);
  await Promise.all([own.close(), expect(late).rejects.toMatchObject({ code: 'state' })]);
  expect(['abc', 'given up', 'late'].map((id) => own.known(id) !== undefined)).toEqual([true, false, false]);
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
  const one = createSeriesStore(MOST_BYTES, createLevelCache(join(folder, 'cache'), 2 ** 30, '1'));
  await one.series(runs[0]!, { metric: 'loss', points: 10 });
  const size = one.bytes();
  const store = createSeriesStore(size * 2, createLevelCache(join(folder, 'cache'), 2 ** 30, '1'));
  const release = store.hold(runs[0]!);
  for (const run of runs) await store.series(run, { metric: 'loss', points: 10 });
  expect(runs.map(({ id }) => store.known(id) !== undefined)).toEqual([true, false, true]);
  release();
  await store.series(runs[1]!, { metric: 'loss', points: 10 });
  expect(runs.map(({ id }) => store.known(id) !== undefined)).toEqual([false, true, true]);
  expect(store.bytes()).toBe(size * 2);
});
