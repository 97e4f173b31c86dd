import { darkPalette, palette } from '@unbraid/experiment/palette';
import { describe, expect, it } from 'vitest';
import type { Curve } from '../../api.ts';
import { withDetail } from './detail.ts';
import { extentOfX, extentOfY, padded, undrawnOf } from './extent.ts';
import { type Line, nearestPoint } from './line.ts';
import { logTicks } from './log-ticks.ts';
import { lookOf, looks } from './look.ts';
import { notesOf } from './notes.ts';
import { changedRange, readRange } from './range-values.ts';

const line = (x: readonly number[], y: readonly number[], more: Partial<Line> = {}): Line => ({
  ...{ id: 'a', label: 'a', look: 0, x, y, total: x.length, sampled: false },
  ...more,
});
const odd = line([0, 1, 2, 3, 4], [Number.NaN, -1, 5, Number.POSITIVE_INFINITY, 0]);

describe('limits', () => {
  it('are those of what can be drawn, within the part that is shown', () => {
    expect(extentOfX([odd], false)).toEqual([0, 4]);
    expect(extentOfX([odd], true)).toEqual([1, 4]);
    expect(extentOfY([odd], [0, 4], false)).toEqual([-1, 5]);
    expect(extentOfY([odd], [0, 4], true)).toEqual([5, 5]);
    expect(extentOfY([line([0, 1, 2, 3], [9, 1, 2, 9])], [1, 2], false)).toEqual([1, 2]);
    expect(extentOfX([], false)).toBeUndefined();
  });

  it('get air, and one value a span', () => {
    expect(padded([0, 10], false, 0.1)).toEqual([-1, 11]);
    expect(padded([5, 5], false)).toEqual([4.5, 5.5]);
    expect(padded([0, 0], false)).toEqual([-1, 1]);
    const [low, high] = padded([1, 100], true, 0.5);
    expect([low, high]).toEqual([expect.closeTo(0.1, 12), expect.closeTo(1000, 9)]);
  });

  it('zoom about their middle and move by a share, on either kind of axis', () => {
    expect(changedRange([0, 10], false, 0.5, 0)).toEqual([2.5, 7.5]);
    expect(changedRange([0, 10], false, 1, 0.1)).toEqual([1, 11]);
    expect(changedRange([1, 100], true, 1, 0.5)).toEqual([expect.closeTo(10, 9), expect.closeTo(1000, 6)]);
    expect([readRange('1', '2'), readRange('2', '1'), readRange('x', '2'), readRange(undefined, '2')]).toEqual([
      [1, 2],
      ...[undefined, undefined, undefined],
    ]);
  });
});

it('says what it doesn’t show', () => {
  expect(undrawnOf([odd], true, false)).toEqual({ nan: 1, infinite: 1, notPositive: 2 });
  expect(notesOf([odd], false, false)).toEqual(['✕ 1 value NaN.', '▲▼ 1 value infinite.']);
  expect(notesOf([line([1, 2], [1, 2], { total: 1000, sampled: true })], false, false)).toEqual([
    'Sampled: 2 of 1,000 points; zoom in to see all.',
  ]);
});

it('puts all points of a part in the place of the sampled ones', () => {
  const curve = (x: readonly number[], total: number, sampled: boolean): Curve => ({
    key: {},
    x,
    y: [...x],
    total,
    sampled,
  });
  const [joined] = withDetail([curve([0, 4, 8, 12], 13, true)], [curve([3, 4, 5, 6, 7, 8], 6, false)], 3, 8);
  expect(joined).toEqual(curve([0, 3, 4, 5, 6, 7, 8, 12], 6, false));
  expect(withDetail([curve([0, 4], 2, false)], [], 1, 2)[0]!.total).toBe(0);
});

it('finds the nearest point', () => {
  const x = [0, 1, 5];
  expect([-1, 0.4, 0.6, 3.5, 9].map((at) => nearestPoint(x, at))).toEqual([0, 0, 1, 2, 2]);
  expect(nearestPoint([], 1)).toBe(-1);
});

it('tells lines apart by colour and by dashes', () => {
  for (const isDark of [false, true]) {
    const all = Array.from({ length: looks }, (_, i) => lookOf(i, isDark));
    expect(new Set(all.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(looks);
    const six = all.slice(0, 6);
    expect(six.map(({ colour }) => colour)).toEqual([...(isDark ? darkPalette : palette)]);
    expect(new Set(six.map(({ dash }) => dash.join())).size).toBe(6);
  }
});

it.each([
  [1, 1000, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]],
  [0.9, 4.1, [1, 2, 3, 4]],
  [1e-6, 1e8, [1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6, 1e8]],
  [0.03, 0.2, [0.05, 0.1, 0.15, 0.2]],
])('has ticks from %d to %d', (min, max, ticks) => {
  expect(logTicks(min, max)).toEqual(ticks);
});

it('keeps ticks at the ends of logarithmic axes that a rounding moves beyond them', () => {
  expect(logTicks(0.1 + 2e-17, 1000 - 1e-12)).toEqual([0.1, 1, 10, 100, 1000]);
});
