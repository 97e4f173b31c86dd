import { expect, it } from 'vitest';
import type { Series } from '../../api.ts';
import { appendLines } from './append.ts';

const series: Series = {
  id: 'a',
  metric: 'loss',
  x: 'step',
  curves: [{ key: { seed: 0 }, x: [1, 2], y: [5, 4], total: 2, sampled: false }],
  leftOut: 0,
  lines: 3,
};
const info = { by: ['seed'] };
const line = (step: number, loss: number | string, seed = 0) => ({ step, loss, seed });

it('puts the points of new lines at the ends of their curves, and begins new ones', () => {
  const grown = appendLines(series, info, 3, [line(3, 3), line(4, 'NaN'), line(1, 9, 1), line(5, '-Infinity')])!;
  expect(grown.curves).toEqual([
    { key: { seed: 0 }, x: [1, 2, 3, 4, 5], y: [5, 4, 3, null, '-Infinity'], total: 5, sampled: false },
    { key: { seed: 1 }, x: [1], y: [9], total: 1, sampled: false },
  ]);
  expect(grown.lines).toBe(7);
  expect(series.curves[0]!.x).toEqual([1, 2]);
});

it('leaves aside lines that it has, and lines of other columns', () => {
  const grown = appendLines(series, info, 1, [line(7, 7), line(8, 8), line(9, 9), { step: 10, other: 1 }])!;
  expect(grown.curves[0]!.x).toEqual([1, 2, 9]);
  expect(grown.lines).toBe(5);
  expect(appendLines(series, info, 0, [line(1, 1)])).toBe(series);
});

it('gives up where lines are missing, go back, are told by time, or are too many', () => {
  expect(appendLines(series, info, 4, [line(9, 9)])).toBeUndefined();
  expect(appendLines(series, info, 3, [line(1, 9)])).toBeUndefined();
  expect(appendLines({ ...series, x: 'seconds' }, info, 3, [line(9, 9)])).toBeUndefined();
  expect(appendLines(series, info, 3, [line(3, 3), line(4, 4)], 3)).toBeUndefined();
});

it('counts lines where no column is drawn along', () => {
  const grown = appendLines({ ...series, x: 'line', curves: [] }, { by: [] }, 3, [{ loss: 2 }, { loss: 1 }])!;
  expect(grown.curves).toEqual([{ key: {}, x: [3, 4], y: [2, 1], total: 2, sampled: false }]);
});
