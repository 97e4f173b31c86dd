import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Points } from './curves.ts';
import { levelsOf } from './levels.ts';
import { sample, windowOf } from './sample.ts';

const curve = (y: readonly number[]): Points => ({ x: Float64Array.from(y, (_, i) => i), y: Float64Array.from(y) });

const values = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    fc.constantFrom(Number.NaN, Infinity, -Infinity),
  ),
  { minLength: 1, maxLength: 400 },
);

it('gives all points where they fit', () => {
  const whole = curve([1, Number.NaN, 3]);
  expect(sample(whole, 4)).toBe(whole);
});

it('chooses points of the curve, in their order, that have all that stands out', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 4, max: 60 }), (y, most) => {
      const { x, y: chosen } = sample(curve(y), most);
      expect([...chosen]).toEqual([...x].map((i) => y[i]));
      expect([...x]).toEqual([...new Set(x)].sort((a, b) => a - b));
      expect([x[0], x.at(-1)]).toEqual([0, y.length - 1]);
      const finite = (of: Iterable<number>) => [...of].filter(Number.isFinite);
      expect(Math.min(...finite(chosen))).toBe(Math.min(...finite(y)));
      expect(Math.max(...finite(chosen))).toBe(Math.max(...finite(y)));
      for (const special of [Number.NaN, Infinity, -Infinity])
        expect(chosen.includes(special)).toBe(y.includes(special));
    }),
  );
});

it('gives no more points than asked for where all are finite', () => {
  const whole = curve(Array.from({ length: 10_007 }, (_, i) => Math.sin(i * i)));
  for (const most of [4, 5, 100, 999, 5000]) expect(sample(whole, most).x.length).toBeLessThanOrEqual(most);
});

it('has the lowest and the highest of each group, by a slow search', () => {
  const y = Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1009) - 500);
  const { x } = sample(curve(y), 42);
  for (let group = 0; group < 20; group++) {
    const own = y.slice(group * 50, group * 50 + 50);
    for (const value of [Math.min(...own), Math.max(...own)]) expect(x).toContain(group * 50 + own.indexOf(value));
  }
});

it('keeps what stands out in every level', () => {
  const y = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 5000));
  y[12_345] = 77;
  y[54_321] = -77;
  y[60_000] = Number.NaN;
  const levels = levelsOf(curve(y));
  expect(levels.map(({ x }) => x.length)).toEqual(expect.arrayContaining([100_000]));
  expect(levels[0]!.x.length).toBeLessThanOrEqual(130);
  for (const { x, y: own } of levels) {
    expect([...x]).toEqual(expect.arrayContaining([12_345, 54_321, 60_000]));
    expect(own[x.indexOf(12_345)]).toBe(77);
  }
});

it('cuts a window with the points that lines to its edges need', () => {
  const x = Float64Array.of(0, 1, 2, 2, 3, 5);
  expect(windowOf(x, 2, 3)).toEqual([1, 6]);
  expect(windowOf(x, -Infinity, Infinity)).toEqual([0, 6]);
  expect(windowOf(x, 0, 0)).toEqual([0, 2]);
  expect(windowOf(x, 3.5, 4)).toEqual([4, 6]);
  expect(windowOf(x, 9, 10)).toEqual([5, 6]);
  expect(windowOf(new Float64Array(0), 0, 1)).toEqual([0, 0]);
});
