import { createMatrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { fitBoosting } from './boosting.ts';

const settings = { stages: 100, depth: 3, rate: 0.1 };
const random = createRandom(1);

/** Rows of uniform numbers. */
const drawn = (rows: number, cols: number) =>
  createMatrix(rows, cols, random.uniform(new Float32Array(rows * cols), -1, 1));
const all = (rows: number) => Int32Array.from({ length: rows }, (_, i) => i);

test('a rule of one column is learnt, and all importance is that column’s', () => {
  const x = drawn(400, 4);
  const labels = Int32Array.from({ length: 400 }, (_, i) => Math.floor(1.5 * (x.data[4 * i + 2]! + 1)));
  const fitted = fitBoosting(x, { labels, classes: 3 }, all(400), { ...settings, random });
  expect(Array.from(fitted.predict(all(400)))).toEqual(Array.from(labels));
  expect(fitted.importance[2]).toBeGreaterThan(0.999);
});

test('a number is regressed on: an even sum is shared by two columns', () => {
  const x = drawn(600, 3);
  const labels = Float64Array.from({ length: 600 }, (_, i) => x.data[3 * i]! + x.data[3 * i + 1]!);
  const fitted = fitBoosting(x, { labels, classes: undefined }, all(600), { ...settings, random });
  const errors = fitted.predict(all(600)).map((said, i) => (said - labels[i]!) ** 2);
  expect(errors.reduce((sum, error) => sum + error, 0) / 600).toBeLessThan(0.01);
  expect(Math.abs(fitted.importance[0]! - fitted.importance[1]!)).toBeLessThan(0.1);
  expect(fitted.importance[2]).toBeLessThan(0.02);
});

test('classes that no row to learn from has are never said', () => {
  const x = drawn(60, 2);
  const labels = Int32Array.from({ length: 60 }, (_, i) => (x.data[2 * i]! > 0 ? 4 : 1));
  const said = fitBoosting(x, { labels, classes: 6 }, all(60), { ...settings, random }).predict(all(60));
  expect(new Set(said)).toEqual(new Set([1, 4]));
});

test('with nothing to split by, all importance is 0 and the commonest class is said', () => {
  const x = createMatrix(10, 2);
  const labels = Int32Array.of(0, 1, 1, 1, 0, 1, 1, 1, 0, 1);
  const fitted = fitBoosting(x, { labels, classes: 2 }, all(10), { ...settings, random });
  expect(Array.from(fitted.importance)).toEqual([0, 0]);
  expect(new Set(fitted.predict(all(10)))).toEqual(new Set([1]));
});
