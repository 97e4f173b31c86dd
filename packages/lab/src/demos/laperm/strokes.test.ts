import { expect, it } from 'vitest';
import { imageOf } from './strokes.ts';
import { SIDE } from './tasks.ts';

const rowsOf = (image: readonly number[]) =>
  Array.from({ length: SIDE }, (_, row) => image.slice(row * SIDE, (row + 1) * SIDE));

it('a line from top to bottom fills the middle columns over all rows, wherever it is drawn and however long', () => {
  const line = imageOf([
    [
      [0.2, 0.3],
      [0.2, 0.6],
    ],
  ]);
  for (const row of rowsOf(line)) {
    expect(row[3]).toBeGreaterThan(0.1);
    expect(row[4]).toBeGreaterThan(0.1);
    expect([...row.slice(0, 3), ...row.slice(5)].every((pixel) => pixel === 0)).toBe(true);
  }
  expect(
    imageOf([
      [
        [0.7, 0.05],
        [0.7, 0.95],
      ],
    ]),
  ).toEqual(line);
});

it('pixels are shares, a blank pad is blank, and a dot is in the middle', () => {
  expect(imageOf([]).every((pixel) => pixel === 0)).toBe(true);
  const dot = imageOf([[[0.9, 0.9]]]);
  expect(dot.reduce((sum, pixel) => sum + pixel, 0)).toBeGreaterThan(0);
  expect(dot[3 * SIDE + 3]).toBeCloseTo(dot[4 * SIDE + 4]!, 9);
  const scribble = imageOf([
    [
      [0, 0],
      [1, 0],
      [0, 0.1],
      [1, 0.1],
      [0, 0.2],
      [1, 0.2],
    ],
  ]);
  expect(Math.max(...scribble)).toBeLessThanOrEqual(1);
});
