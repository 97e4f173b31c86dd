import { expect, it } from 'vitest';
import { makeRow } from '../../../test/page/row.ts';
import { configurationsOf, differingSettings, runLabels } from './configurations.ts';
import { formatGoals, nextGoal, parseGoals } from './goals.ts';

const rows = [
  makeRow({ id: 'a', seed: 0, settings: { width: 5, seed: 0, act: 'relu' } }),
  makeRow({ id: 'b', seed: 1, settings: { width: 5, seed: 1, act: 'relu' } }),
  makeRow({ id: 'c', seed: 0, settings: { width: 9, seed: 0, act: 'relu' } }),
];

it('names configurations by what differs, whatever the seed', () => {
  expect(differingSettings(rows)).toEqual(['width']);
  const found = configurationsOf(rows);
  expect(found.map(({ label, rows: own }) => [label, own.map(({ id }) => id).join('')])).toEqual([
    ['width 5', 'ab'],
    ['width 9', 'c'],
  ]);
  expect([...runLabels(found)]).toEqual([
    ['a', 'width 5, seed 0'],
    ['b', 'width 5, seed 1'],
    ['c', 'width 9'],
  ]);
});

it('tells experiments apart, a setting that is missing from one that isn’t, and runs that are the same', () => {
  const other = [
    makeRow({ id: 'a' }),
    makeRow({ id: 'b', experiment: 'other' }),
    makeRow({ id: 'c', settings: { deep: true } }),
    makeRow({ id: 'd' }),
  ];
  const found = configurationsOf(other);
  expect(found.map(({ label }) => label)).toEqual(['test/loop', 'other', 'test/loop, deep true']);
  expect(runLabels(found).get('d')).toBe('test/loop, seed 0 (2)');
});

it('tells an experiment’s configurations by its own settings alone', () => {
  const found = configurationsOf([
    makeRow({ id: 'a', experiment: 'one', settings: { width: 1, deep: true } }),
    makeRow({ id: 'b', experiment: 'one', settings: { width: 2, deep: true } }),
    makeRow({ id: 'c', experiment: 'other', settings: { rate: 0.1, space: '{}' } }),
  ]);
  expect(found.map(({ label }) => label)).toEqual(['one, width 1', 'one, width 2', 'other']);
});

it('keeps goals in the address, and goes round them', () => {
  const goals = { error: 'min', 'a:b,c': 'max' } as const;
  expect(parseGoals(formatGoals(goals))).toEqual(goals);
  expect(parseGoals('x,y:up,:min,%zz:max')).toEqual({ '': 'min', '%zz': 'max' });
  const round = [nextGoal({}, 'e'), nextGoal({ e: 'min' }, 'e'), nextGoal({ e: 'max' }, 'e')];
  expect(round).toEqual([{ e: 'min' }, { e: 'max' }, {}]);
});
