import { expect, it } from 'vitest';
import { makeRow } from '../../../test/page/row.ts';
import { columnsOf, findColumn } from './columns.ts';
import { groupRows, joinColumn, sortGroups, sortRows } from './group.ts';
import { suitingColumns } from './suiting-columns.ts';

const rows = [
  makeRow({ id: 'a', seed: 0, settings: { width: 9, act: 'relu' }, summary: { error: 1, kind: 'x' } }),
  makeRow({ id: 'b', seed: 1, settings: { width: 9, act: 'tanh' }, summary: { error: 3, kind: 'y' } }),
  makeRow({ id: 'c', seed: 0, settings: { width: 10, act: 'relu' }, summary: { error: 'NaN' } }),
  makeRow({ id: 'd', seed: 1, settings: { act: 'relu' } }),
];
const columns = columnsOf(rows);
const column = (name: string) => findColumn(columns, name)!;

it('puts together what is the same in all columns grouped by', () => {
  const ids = (by: readonly string[]) =>
    groupRows(rows, by.map(column)).map((group) => group.rows.map(({ id }) => id).join(''));
  expect(ids(['width'])).toEqual(['ab', 'c', 'd']);
  expect(ids(['width', 'act'])).toEqual(['a', 'b', 'c', 'd']);
  expect(ids([])).toEqual(['abcd']);
});

it('says mean and deviation of results, and what doesn’t differ', () => {
  const pair = rows.slice(0, 2);
  expect(joinColumn(pair, column('error'))).toEqual({ spread: { mean: 2, deviation: Math.SQRT2, n: 2 } });
  expect(joinColumn(pair, column('width'))).toEqual({ same: 9 });
  expect(joinColumn(pair, column('kind'))).toEqual({ differing: 2 });
  expect(joinColumn(pair, column('seed'))).toEqual({ differing: 2 });
  expect(joinColumn(rows.slice(3), column('error'))).toBeUndefined();
});

it('sorts rows and groups by any column, what is missing last', () => {
  const ids = (direction: 1 | -1) =>
    sortRows(rows, column('width'), direction)
      .map(({ id }) => id)
      .join('');
  expect([ids(1), ids(-1)]).toEqual(['abcd', 'cabd']);
  const groups = groupRows(rows, [column('width')]);
  expect(sortGroups(groups, column('error'), 1).map(({ values }) => values[0])).toEqual([9, 10, undefined]);
  expect(sortGroups(groups, column('width'), -1).map(({ values }) => values[0])).toEqual([10, 9, undefined]);
});

it('shows settings that differ and results where all runs are of one experiment', () => {
  const labels = (given: typeof rows) => suitingColumns(given, columns).map(({ label }) => label);
  expect(labels(rows)).toEqual([
    'Run',
    'State',
    'Preset',
    'Seed',
    'Started',
    'Took',
    'Tags',
    'act',
    'width',
    'error',
    'kind',
  ]);
  // Of several, which each is.
  expect(labels([...rows, makeRow({ id: 'e', experiment: 'other' })])).toEqual([
    ...['Run', 'State', 'Experiment', 'Preset', 'Seed', 'Started', 'Took', 'Tags'],
  ]);
});
