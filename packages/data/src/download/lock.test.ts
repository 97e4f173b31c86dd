import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { withLock } from './lock.ts';

const lockPath = () => join(temporaryFolder(), 'lock');
const poll = { pollMs: 1 };

test('work under one lock never overlaps', async () => {
  const path = lockPath();
  let running = 0;
  const work = async () => {
    running++;
    expect(running).toBe(1);
    await delay(5);
    running--;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(path, work, poll)));
  expect(existsSync(path)).toBe(false);
});

test('the value comes back, and a failure too, with the lock released', async () => {
  const path = lockPath();
  await expect(withLock(path, async () => 7)).resolves.toBe(7);
  const fail = async () => {
    throw new Error('no luck');
  };
  await expect(withLock(path, fail)).rejects.toThrow('no luck');
  expect(existsSync(path)).toBe(false);
});

test('the lock of a process that died is taken over', async () => {
  const path = lockPath();
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(path, `${pid} token ${hostname()}`);
  await expect(withLock(path, async () => 'done', poll)).resolves.toBe('done');
});

test('a lock that another machine stopped touching is taken over', async () => {
  const path = lockPath();
  writeFileSync(path, `${process.pid} token another-machine`);
  const minuteAgo = new Date(Date.now() - 60_000);
  utimesSync(path, minuteAgo, minuteAgo);
  await expect(withLock(path, async () => 'done', poll)).resolves.toBe('done');
});

test('the holder keeps its lock fresh', async () => {
  const path = lockPath();
  const longAgo = new Date(0);
  const work = async () => {
    utimesSync(path, longAgo, longAgo);
    await vi.waitFor(() => expect(statSync(path).mtimeMs).toBeGreaterThan(0), { timeout: 10_000 });
  };
  await withLock(path, work, { staleMs: 100 });
});

test('a wait ends with the abort of its signal, and the lock stays with its holder', async () => {
  const path = lockPath();
  const held = `${process.pid} token ${hostname()}`;
  writeFileSync(path, held);
  await expect(withLock(path, async () => 1, { ...poll, signal: AbortSignal.timeout(30) })).rejects.toThrow('timeout');
  expect(readFileSync(path, 'utf8')).toBe(held);
});

test('a holder that was taken over does not remove the lock of its successor', async () => {
  const path = lockPath();
  await withLock(path, async () => writeFileSync(path, 'successor'));
  expect(readFileSync(path, 'utf8')).toBe('successor');
});
