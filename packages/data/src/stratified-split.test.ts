import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Split, stratifiedSplit } from './stratified-split.ts';

const labelled = fc.array(fc.integer({ min: -2, max: 5 }), { minLength: 1, maxLength: 200 });
const countOf = (labels: readonly number[], rows: Int32Array, label: number) =>
  rows.filter((row) => labels[row] === label).length;

function forEverySplit(check: (labels: number[], count: number, split: Split) => void): void {
  fc.assert(
    fc.property(labelled, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer(), (labels, share, seed) => {
      const count = Math.round(share * labels.length);
      check(labels, count, stratifiedSplit(labels, { size: { count }, random: createRandom(seed) }));
    }),
  );
}

test('both sides together are every row once, in order', () => {
  forEverySplit((labels, count, { chosen, rest }) => {
    expect(chosen).toHaveLength(count);
    expect([...chosen, ...rest].sort((a, b) => a - b)).toEqual(labels.map((_, row) => row));
    expect(chosen).toEqual(chosen.toSorted());
    expect(rest).toEqual(rest.toSorted());
  });
});

test('every class keeps its share to within one row', () => {
  forEverySplit((labels, count, { chosen }) => {
    for (const label of new Set(labels)) {
      const size = labels.filter((other) => other === label).length;
      expect(Math.abs(countOf(labels, chosen, label) - (size * count) / labels.length)).toBeLessThan(1);
    }
  });
});

test('a share that is a whole number is kept exactly', () => {
  const labels = Array.from({ length: 100 }, (_, row) => (row < 70 ? 0 : row < 90 ? 1 : 2));
  const { chosen, rest } = stratifiedSplit(labels, { size: { fraction: 0.2 }, random: createRandom(1) });
  expect([0, 1, 2].map((label) => countOf(labels, chosen, label))).toEqual([14, 4, 2]);
  expect([0, 1, 2].map((label) => countOf(labels, rest, label))).toEqual([56, 16, 8]);
});

test('the classes that are owed the most are rounded up', () => {
  const labels = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2];
  const { chosen } = stratifiedSplit(labels, { size: { count: 4 }, random: createRandom(1) });
  // Shares 2.0, 1.2 and 0.8.
  expect([0, 1, 2].map((label) => countOf(labels, chosen, label))).toEqual([2, 1, 1]);
});

test('the seed decides, and every row has its chance', () => {
  const labels = new Int32Array(10);
  const choose = (seed: number) => stratifiedSplit(labels, { size: { count: 3 }, random: createRandom(seed) }).chosen;
  expect(choose(5)).toEqual(choose(5));
  const seen = new Set(Array.from({ length: 100 }, (_, seed) => [...choose(seed)]).flat());
  expect(seen.size).toBe(10);
});

test.each([
  [
    { fraction: 1.5 },
    "data: stratifiedSplit's size.fraction is 1.5; a finite number of at least 0 and at most 1 is needed",
  ],
  [{ fraction: Number.NaN }, "data: stratifiedSplit's size"],
  [{ count: 4 }, 'data: a split of 3 rows takes a whole number of them from 0 to 3, got 4'],
  [{ count: 1.5 }, "stratifiedSplit's size.count is 1.5; an integer of at least 0 is needed"],
])('the size %j is refused', (size, message) => {
  expect(() => stratifiedSplit([0, 1, 1], { size, random: createRandom(1) })).toThrow(message);
});
