import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { openWorkersFile, readWorkers, type StoredWorker } from './workers-file.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const worker = (done: number): StoredWorker => ({
  process: 7,
  threads: 1,
  began: '2026-11-30T10:00:00.000Z',
  heard: '2026-11-30T10:00:01.000Z',
  done,
  seconds: 2,
});

it('is written at once, then at most once a second with what holds then, and is gone at the end', async () => {
  const directory = temporaryFolder();
  let done = 0;
  const file = openWorkersFile(directory, () => [worker(done)]);
  const stored = async () => (await readWorkers(directory))?.workers[0]?.done;
  expect(await stored()).toBeUndefined();
  file.update();
  expect(await stored()).toBe(0);
  for (done = 1; done < 5; done++) file.update();
  expect(await stored()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(await stored()).toBe(5);
  file.update();
  file.end();
  vi.advanceTimersByTime(5000);
  file.update();
  expect(existsSync(join(directory, 'workers.json'))).toBe(false);
});

it('fails nothing where it can’t be written or taken away', () => {
  const directory = temporaryFolder();
  // What neither can be replaced by a file nor removed as one, also by the superuser.
  mkdirSync(join(directory, 'workers.json', 'inside'), { recursive: true });
  const file = openWorkersFile(directory, () => [worker(0)]);
  file.update();
  file.end();
  expect(existsSync(join(directory, 'workers.json', 'inside'))).toBe(true);
});

it('is none where it can’t be understood', async () => {
  const directory = temporaryFolder();
  for (const text of ['', '{"machine":"a"', '{"machine":"a","workers":[{}]}']) {
    writeFileSync(join(directory, 'workers.json'), text);
    expect(await readWorkers(directory)).toBeUndefined();
  }
});
