import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgeInSquare, type HalfPlane, insideSquare } from './half-plane.ts';

it('cuts the square where the line is', () => {
  expect(insideSquare([1, 0, 0])).toEqual([
    [0, -1],
    [1, -1],
    [1, 1],
    [0, 1],
  ]);
  expect(edgeInSquare([1, 0, 0])).toEqual([
    [0, -1],
    [0, 1],
  ]);
  expect([insideSquare([1, 0, 2]), insideSquare([1, 0, -2])].map(({ length }) => length)).toEqual([4, 0]);
  expect(edgeInSquare([1, 0, 2])).toBeUndefined();
});

it('every corner lies in the half-plane and in the square, and every end of the line on it', () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(number, number, number), (given) => {
      const plane: HalfPlane = given;
      const height = ([x, y]: readonly [number, number]) => plane[0] * x + plane[1] * y + plane[2];
      for (const corner of insideSquare(plane)) {
        expect(height(corner)).toBeGreaterThan(-1e-9);
        expect(Math.max(...corner.map(Math.abs))).toBeLessThan(1 + 1e-9);
      }
      for (const end of edgeInSquare(plane) ?? []) expect(height(end)).toBeCloseTo(0, 9);
    }),
  );
});
