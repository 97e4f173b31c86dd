import { expect, it } from 'vitest';
import { meanBand, valueAt } from './mean-band.ts';

it('is mean and deviation at the points of all curves, by linear interpolation, never beyond their ends', () => {
  const band = meanBand([
    { x: [0, 2], y: [0, 4] },
    { x: [1, 2, 3], y: [4, 6, 9] },
  ]);
  expect(band.x).toEqual([0, 1, 2, 3]);
  expect(band.n).toEqual([1, 2, 2, 1]);
  expect(band.mean).toEqual([0, 3, 5, 9]);
  expect(band.high[1]).toBeCloseTo(3 + Math.SQRT2, 12);
  expect(band.low[2]).toBeCloseTo(5 - Math.SQRT2, 12);
  expect([band.low[0], band.high[3]]).toEqual([0, 9]);
});

it('is NaN where one of its curves is', () => {
  const band = meanBand([
    { x: [0, 1], y: [1, Number.NaN] },
    { x: [0, 1], y: [3, 3] },
  ]);
  expect(band.mean).toEqual([2, Number.NaN]);
});

it('thins out to 600 points, the ends among them', () => {
  const x = Array.from({ length: 5000 }, (_, i) => i);
  const band = meanBand([{ x, y: x }]);
  expect(band.x).toHaveLength(600);
  expect([band.x[0], band.x.at(-1)]).toEqual([0, 4999]);
  expect(band.mean).toEqual(band.x);
});

it('reads a curve between its points', () => {
  const curve = { x: [1, 3], y: [10, 20] };
  expect([0, 1, 2, 3, 4].map((at) => valueAt(curve, at))).toEqual([undefined, 10, 15, 20, undefined]);
});
