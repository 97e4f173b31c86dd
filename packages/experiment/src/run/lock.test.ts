import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { lockRun } from './lock.ts';

const holder = (fields: object) => JSON.stringify({ pid: process.pid, host: hostname(), began: 0, ...fields });

it('keeps others out until it is released', async () => {
  const directory = temporaryFolder();
  const unlock = await lockRun(directory);
  await expect(lockRun(directory)).rejects.toThrow(`process ${process.pid} on ${hostname()} is running this directory`);
  await unlock();
  expect(existsSync(join(directory, 'lock'))).toBe(false);
  await (await lockRun(directory))();
});

it('takes over the lock of a process that is gone', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'lock'), holder({ pid }));
  await lockRun(directory);
  expect(readdirSync(directory)).toEqual(['lock']);
});

it('takes over the lock of an earlier process that had the same number', async () => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'lock'), holder({ began: performance.timeOrigin - 1000 }));
  await lockRun(directory);
});

it('lets one of many take over', async () => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'lock'), holder({}));
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockRun(directory)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it.each([
  ['another machine', holder({ host: 'elsewhere', pid: 1 })],
  ['another program', ''],
])('does not touch the lock of %s, and says what to delete', async (_, content) => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'lock'), content);
  await expect(lockRun(directory)).rejects.toThrow(`or delete ${join(directory, 'lock')} if no run is going on`);
});
