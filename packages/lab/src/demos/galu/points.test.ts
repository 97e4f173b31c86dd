import { expect, it } from 'vitest';
import { examplePoints } from './examples.ts';
import { decodePoints, encodePoints, MOST_POINTS, pointAt } from './points.ts';

it.each(['random', 'xor', 'spirals'] as const)('the example %s comes back from an address', (example) => {
  const points = examplePoints({ example, count: 36, seed: 3 });
  expect(points).toHaveLength(36);
  const text = encodePoints(points);
  expect(encodeURIComponent(text)).toBe(text);
  expect(decodePoints(text)).toEqual(points);
  expect(points.every(({ x, y }) => Math.abs(x) <= 1 && Math.abs(y) <= 1)).toBe(true);
});

it('the same seed gives the same points, another seed others', () => {
  const of = (seed: number) => encodePoints(examplePoints({ example: 'random', count: 20, seed }));
  expect(of(1)).toBe(of(1));
  expect(of(1)).not.toBe(of(2));
});

it('what is no point is left out, what lies outside comes to the edge, and there are no more than can be drawn', () => {
  expect(decodePoints('1.2.3_5.5.1__x_10.20_-900.3.0_1.1.1.1_<b>.1.1')).toEqual([
    pointAt(0.05, 0.05, 1),
    pointAt(-1, 0.03, -1),
  ]);
  expect(decodePoints('')).toEqual([]);
  expect(decodePoints(Array.from({ length: 500 }, () => '1.1.1').join('_'))).toHaveLength(MOST_POINTS);
});
