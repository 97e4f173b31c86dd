import { expect, it } from 'vitest';
import { goalRow, perSecond } from './sim-env.ts';

const time = {
  row: 'steps',
  peer: 'another',
  unit: 'ms',
  ours: 0.5,
  theirs: 2,
  ratio: 4,
  goal: 3,
  samples: { ours: [0.5], theirs: [2, 4] },
};
const rate = { ...time, unit: 'steps/s', ours: 2000, theirs: 500, samples: { ours: [2000], theirs: [500, 250] } };

it('turns times into rates, with the same ratio', () => {
  expect(perSecond(time)).toEqual([rate]);
  expect(perSecond({ ...time, theirs: null, ratio: null })).toMatchObject([{ ours: 2000, theirs: null, ratio: null }]);
});

it('leaves other figures out', () => {
  expect(perSecond({ ...time, unit: 'MB' })).toEqual([]);
});

it('sets a rate against a number to reach', () => {
  expect(goalRow(rate, 1000)).toMatchObject({ unit: 'steps/s', ours: 2000, theirs: 1000, ratio: 2, goal: 1 });
});
