import { expect, it } from 'vitest';
import { placeAt, stepped } from './drawing-area.ts';

const plane = [
  [-1, 1],
  [1, -1],
] as const;
const sheet = [
  [0, 0],
  [1000, 1000],
] as const;

it('finds places by shares of the drawing, whichever way its axes go', () => {
  expect([placeAt(plane, [0, 0]), placeAt(plane, [0.75, 0.75]), placeAt(sheet, [0.25, 1])]).toEqual([
    ...[
      [-1, 1],
      [0.5, -0.5],
      [250, 1000],
    ],
  ]);
});

it('moves a cursor as arrows point on the screen, and not out of the drawing', () => {
  expect(stepped(plane, 0.05, [0, 0], 'ArrowUp')).toEqual([0, 0.05]);
  expect(stepped(sheet, 25, [500, 500], 'ArrowUp')).toEqual([500, 475]);
  expect(stepped(plane, 0.05, [0.1, 0], 'ArrowRight')).toEqual([0.15, 0]);
  expect(stepped(plane, 0.05, [-0.98, 0], 'ArrowLeft')).toEqual([-1, 0]);
  expect(stepped(sheet, 25, [0, 990], 'ArrowDown')).toEqual([0, 1000]);
  expect(stepped(sheet, 25, [0, 0], 'a')).toBeUndefined();
});
