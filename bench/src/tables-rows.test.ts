import { expect, it } from 'vitest';
import { type PeerFits, rowsOf, totalRows, withoutTotals } from './tables-rows.ts';

const fits = (score: number, seconds: number) => ({
  scores: [score, score + 0.1],
  seconds: [seconds, seconds],
  megabytes: 100,
});
const against = (model: PeerFits['model'], ours: number, theirs: number, seconds: number): PeerFits => ({
  table: { name: 'a table', task: 'regression', rows: 10 },
  model,
  peer: model === 'mlp' ? 'MLP' : 'another',
  ours: fits(ours, 1),
  theirs: fits(theirs, seconds),
});

it('compares what is left unexplained, and times', () => {
  const [score, time] = rowsOf(against('mlp', 0.75, 0.55, 6));
  expect(score).toMatchObject({
    row: 'a table: score',
    unit: 'R²',
    goal: 1,
    note: expect.stringContaining('difference +0.20'),
  });
  expect(score!.ours).toBeCloseTo(0.8);
  expect(score!.ratio).toBeCloseTo(2);
  expect(time).toMatchObject({ ours: 1, theirs: 6, ratio: 6, goal: 5 });
});

it('counts the tables where we reach what is asked for', () => {
  const on = (name: string, fits: PeerFits) => rowsOf({ ...fits, table: { ...fits.table, name } });
  const rows = [
    ...on('one', against('linear', 0.7, 0.7, 1)),
    ...on('two', against('linear', 0.5, 0.6, 1)),
    ...on('slow', against('mlp', 0.7, 0.6, 4)),
    ...on('worse', against('mlp', 0.5, 0.6, 9)),
    ...on('good', against('mlp', 0.7, 0.6, 9)),
    ...on('good', { ...against('mlp-scaled', 0.5, 0.6, 1), peer: 'MLP, target standardized' }),
    ...on('good', against('boosting', 0.5, 0.6, 9)),
  ];
  const totals = totalRows(rows);
  expect(totals.map(({ ours, theirs }) => [ours, theirs])).toEqual([
    [1, 2],
    [2, 3],
    [1, 3],
  ]);
  expect(withoutTotals([...rows, ...totals])).toEqual(rows);
});

it('keeps the rows of a peer that is missing', () => {
  const { theirs: _, ...rest } = against('boosting', 0.7, 0.6, 1);
  expect(rowsOf({ ...rest, missing: 'Python package sklearn' })).toMatchObject([{ theirs: null }, { theirs: null }]);
});
