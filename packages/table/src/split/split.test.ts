import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DataTable } from '../table.ts';
import { foldRows } from './fold-rows.ts';
import { splitRows } from './split-rows.ts';
import type { RowSplit, SplitBy } from './split-settings.ts';

const quiet = { onWarning: () => {} };

/** Rows with a group, a time and a class each. */
const cases = fc
  .array(
    fc.record({ group: fc.integer({ min: -1, max: 6 }), time: fc.integer({ min: 0, max: 30 }), label: fc.nat(2) }),
    {
      minLength: 6,
      maxLength: 80,
    },
  )
  .filter(
    (rows) => new Set(rows.map(({ group }) => group)).size >= 3 && new Set(rows.map(({ time }) => time)).size >= 6,
  )
  .map((rows) => {
    const table: DataTable = {
      rows: rows.length,
      columns: [
        {
          name: 'group',
          kind: 'text',
          codes: Int32Array.from(rows, ({ group }) => group),
          levels: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
        },
        { name: 'time', kind: 'date', values: Float64Array.from(rows, ({ time }) => time * 1e9) },
      ],
    };
    return {
      table,
      labels: Int32Array.from(rows, ({ label }) => label),
      groups: rows.map(({ group }) => group),
      times: rows.map(({ time }) => time),
    };
  });

const kinds = ['random', 'stratified', 'grouped', 'time'] as const;

function by(kind: (typeof kinds)[number], labels: Int32Array, seed: number): SplitBy {
  if (kind === 'stratified') return { kind, labels, seed, ...quiet };
  return kind === 'random'
    ? { kind, seed, ...quiet }
    : { kind, column: kind === 'grouped' ? 'group' : 'time', seed, ...quiet };
}

/** What every division holds to, and what its kind promises. */
function check(
  kind: (typeof kinds)[number],
  { train, test: tested }: RowSplit,
  groups: readonly number[],
  times: readonly number[],
): void {
  for (const rows of [train, tested]) {
    expect(rows.length).toBeGreaterThan(0);
    expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
  }
  const trained = new Set(train);
  expect([...tested].some((row) => trained.has(row))).toBe(false);
  if (kind === 'grouped') {
    const known = new Set(Array.from(train, (row) => groups[row]));
    expect(Array.from(tested, (row) => groups[row]).some((group) => known.has(group))).toBe(false);
  }
  if (kind === 'time') {
    const latest = Math.max(...Array.from(train, (row) => times[row]!));
    expect(Math.min(...Array.from(tested, (row) => times[row]!))).toBeGreaterThan(latest);
  }
}

test.each(kinds)('a %s split divides all rows, keeps its promise and follows from its seed', (kind) => {
  fc.assert(
    fc.property(
      cases,
      fc.nat(5),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      ({ table, labels, groups, times }, seed, fraction) => {
        fc.pre(Math.round(fraction * table.rows) >= 1 && Math.round(fraction * table.rows) < table.rows);
        const options = { ...by(kind, labels, seed), test: { fraction } };
        const split = splitRows(table, options);
        check(kind, split, groups, times);
        expect(split.train.length + split.test.length).toBe(table.rows);
        if (kind === 'random' || kind === 'stratified')
          expect(split.test.length).toBe(Math.round(fraction * table.rows));
        expect(splitRows(table, options)).toEqual(split);
      },
    ),
  );
});

test.each(kinds)('%s folds test each row once (by time but the first), and keep their promise', (kind) => {
  fc.assert(
    fc.property(cases, fc.nat(5), fc.constantFrom(2, 3), ({ table, labels, groups, times }, seed, folds) => {
      const options = { ...by(kind, labels, seed), folds };
      const splits = foldRows(table, options);
      expect(splits.length).toBe(folds);
      for (const split of splits) {
        check(kind, split, groups, times);
        if (kind !== 'time') expect(split.train.length + split.test.length).toBe(table.rows);
      }
      const tested = splits.flatMap((split) => [...split.test]);
      expect(new Set(tested).size).toBe(tested.length);
      if (kind === 'time') expect(tested.length).toBe(table.rows - splits[0]!.train.length);
      else expect(tested.length).toBe(table.rows);
      if (kind === 'random' || kind === 'stratified') {
        const sizes = splits.map((split) => split.test.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
      if (kind === 'stratified') {
        for (const label of new Set(labels)) {
          const counts = splits.map(
            (split) => Array.from(split.test, (row) => labels[row]).filter((each) => each === label).length,
          );
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }
      expect(foldRows(table, options)).toEqual(splits);
    }),
  );
});

const table: DataTable = {
  rows: 4,
  columns: [
    { name: 'group', kind: 'text', codes: Int32Array.of(0, 0, 1, 1), levels: ['a', 'b'] },
    { name: 'time', kind: 'number', values: Float64Array.of(1, 1, 1, 1) },
    { name: 'late', kind: 'date', values: Float64Array.of(1, 2, Number.NaN, 4) },
  ],
};

test('another seed gives other rows', () => {
  const many: DataTable = { rows: 100, columns: [] };
  expect(splitRows(many, { seed: 1 })).not.toEqual(splitRows(many, { seed: 2 }));
});

test.each<[() => unknown, string]>([
  [() => splitRows(table, { test: { count: 4 } }), "4 of 4 rows can't be tested on"],
  [
    () => splitRows(table, { test: { fraction: 1 } }),
    "splitRows's test.fraction is 1; a finite number above 0 and below 1 is needed",
  ],
  [() => splitRows(table, { kind: 'grouped' }), "kind 'grouped' needs a column"],
  [() => splitRows(table, { kind: 'grouped', column: 'grup' }), 'there is no column "grup"; the nearest are "group"'],
  [() => splitRows(table, { kind: 'time', column: 'time' }), 'all rows have the same time'],
  [() => splitRows(table, { kind: 'time', column: 'late' }), 'is missing at row 2 (counted from 0)'],
  [() => splitRows(table, { kind: 'time', column: 'group' }), 'holds text; a time is a date or a number'],
  [() => splitRows(table, { kind: 'stratified' }), "kind 'stratified' needs labels"],
  [() => splitRows(table, { kind: 'stratified', labels: Int32Array.of(1) }), 'there are 1 labels for 4 rows'],
  [() => foldRows(table, { kind: 'grouped', column: 'group', folds: 3 }), 'there are 2 groups for 3 folds'],
  [() => foldRows(table, { folds: 5 }), 'there are 4 rows for 5 folds'],
  [() => foldRows(table, { kind: 'time', column: 'time', folds: 2 }), 'there are 0 changes of time for 2 folds'],
  [() => foldRows(table, { folds: 1 }), "foldRows's folds is 1"],
])('%s is refused: %s', (call, message) => {
  expect(call).toThrow(message);
});

test('tells of classes with fewer rows than folds, and of groups that make a test of another size', () => {
  const told: string[] = [];
  const onWarning = (line: string) => void told.push(line);
  foldRows(table, { kind: 'stratified', labels: Int32Array.of(0, 0, 0, 1), folds: 2, onWarning });
  splitRows(table, { kind: 'grouped', column: 'group', test: { count: 1 }, onWarning });
  expect(told).toEqual([
    'table: foldRows: class 1 has 1 row, fewer than the 2 folds, so some of these have none of it',
    'table: splitRows: 2 rows are tested on where 1 was asked for, since groups are whole',
  ]);
});
