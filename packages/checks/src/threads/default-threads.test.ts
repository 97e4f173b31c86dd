import { expect, test } from 'vitest';
import { defaultThreads } from './default-threads.ts';
import { usableCores } from './usable-cores.ts';

test('UNBRAID_THREADS sets the threads of what is not told, all usable cores otherwise', () => {
  expect(defaultThreads('graph', '3')).toBe(3);
  expect(defaultThreads('graph', '1024')).toBe(1024);
  expect(defaultThreads('graph', '')).toBe(usableCores());
  expect(defaultThreads('graph', undefined)).toBe(Number(process.env.UNBRAID_THREADS || usableCores()));
});

test.each(['0', '-1', '1.5', 'two', 'NaN', '1e9', '1e2', '1025', ' ', '0x2'])(
  'UNBRAID_THREADS=%s is refused',
  (value) => {
    expect(() => defaultThreads('graph', value)).toThrow(
      `graph: UNBRAID_THREADS is "${value}"; a whole number from 1 to 1024`,
    );
  },
);
