import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, isOffline, userDataFolder } from './folders.ts';

test('UNBRAID_CACHE replaces the cache folder of the system', () => {
  expect(cacheFolder('mnist', { UNBRAID_CACHE: '/tmp/cache' })).toBe(join(resolve('/tmp/cache'), 'mnist'));
  expect(cacheFolder('mnist', {})).toMatch(/unbraid.*mnist$/);
});

test('a relative UNBRAID_DATA is relative to the working directory, an empty one is none', () => {
  expect(userDataFolder('mnist', { UNBRAID_DATA: 'data' })).toBe(join(process.cwd(), 'data', 'mnist'));
  expect(userDataFolder('mnist', { UNBRAID_DATA: '' })).toBeUndefined();
  expect(userDataFolder('mnist', {})).toBeUndefined();
});

test.each([
  ['1', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['', false],
  [undefined, false],
])('UNBRAID_OFFLINE=%s means %s', (value, offline) => {
  expect(isOffline({ UNBRAID_OFFLINE: value })).toBe(offline);
});
