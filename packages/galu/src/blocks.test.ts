import { expect, test } from 'vitest';
import { blockRows, gatesAreNumbers, solverBytes } from './blocks.ts';

const sum = (rows: readonly number[]) => rows.reduce((total, n) => total + n, 0);

test.each([
  ['MNIST', { samples: 60_000, dimension: 785, neurons: 1000, outputs: 10 }, 1000],
  ['fewer neurons than inputs', { samples: 60_000, dimension: 785, neurons: 300, outputs: 10 }, 1017],
  ['a small problem, which stays whole', { samples: 4000, dimension: 100, neurons: 80, outputs: 1 }, 4000],
  [
    'many neurons over few inputs, where memory decides',
    { samples: 220, dimension: 2, neurons: 40_000, outputs: 1 },
    110,
  ],
])('rows of a block: %s', (_, sizes, rows) => {
  const blocks = blockRows(sizes);
  expect(sum(blocks)).toBe(sizes.samples);
  expect(Math.max(...blocks)).toBe(rows);
  expect(rows - Math.min(...blocks)).toBeLessThanOrEqual(1);
});

test('gates are kept as float32 up to 8 MiB, and as bytes above', () => {
  const most = { samples: 32_768, dimension: 3, neurons: 64, outputs: 1 };
  const more = { ...most, samples: most.samples + 1 };
  expect([most, more].map(gatesAreNumbers)).toEqual([true, false]);
  expect(solverBytes(most) - solverBytes(more)).toBeGreaterThan(5 * 2 ** 20);
});
