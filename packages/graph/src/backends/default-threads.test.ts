import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { defaultThreads } from './default-threads.ts';

test('UNBRAID_THREADS sets the threads of a runtime that is not told, all cores otherwise', () => {
  expect(defaultThreads('3')).toBe(3);
  expect(defaultThreads('')).toBe(availableParallelism());
  expect(defaultThreads(undefined)).toBe(Number(process.env.UNBRAID_THREADS || availableParallelism()));
});

test.each(['0', '-1', '1.5', 'two', 'NaN', '1e9'])('UNBRAID_THREADS=%s is refused', (value) => {
  expect(() => defaultThreads(value)).toThrow(`graph: UNBRAID_THREADS is "${value}"; a whole number from 1 to 1024`);
});
