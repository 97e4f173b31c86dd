import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { drawnRows } from './learning-curve.ts';

test('the rows that are scored are of the whole table, not of its beginning', () => {
  const train = Int32Array.from({ length: 50_000 }, (_, i) => 2 * i);
  const { rows, scored } = drawnRows(train, createRandom(0).permutation(train.length), 40_000);
  expect(rows).toHaveLength(40_000);
  expect(rows).toEqual(rows.toSorted());
  expect(scored.length).toBeLessThan(10_000);
  const mean = scored.reduce((sum, row) => sum + row, 0) / scored.length;
  expect(Math.abs(mean - 50_000)).toBeLessThan(2_000);
  const known = new Set(rows);
  expect(scored.every((row) => known.has(row))).toBe(true);
});
