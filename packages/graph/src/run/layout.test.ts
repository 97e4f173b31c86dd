import { expect, test } from 'vitest';
import { f32 } from '../tensor.ts';
import { layoutOf, locate } from './layout.ts';

const layout = layoutOf({ w: f32(2, 3), b: f32(), c: f32(1, 2) });

test('leaves lie one after the other without gaps', () => {
  expect(layout.size).toBe(9);
  expect(layout.leaves.map(({ path, offset, size }) => [path, offset, size])).toEqual([
    ['w', 0, 6],
    ['b', 6, 1],
    ['c', 7, 2],
  ]);
});

test('locate finds the leaf and the position of every element', () => {
  const found = Array.from({ length: 9 }, (_, i) => locate(layout, i)).map(({ leaf, position }) => [
    leaf.path,
    ...position,
  ]);
  expect(found).toEqual([
    ...[0, 1].flatMap((row) => [0, 1, 2].map((col) => ['w', row, col])),
    ['b'],
    ['c', 0, 0],
    ['c', 0, 1],
  ]);
  expect(() => locate(layout, 9)).toThrow('graph: element 9 is outside a vector of 9');
  expect(() => locate(layout, -1)).toThrow(RangeError);
});
