import { expect, test } from 'vitest';
import { outputOf, shapeOf } from '../../test/apply.ts';
import { flatten, sequential, unflatten } from '../index.ts';

test('unflatten makes images of rows, and flatten rows of images', () => {
  expect(shapeOf(unflatten([3, 2, 4]), [5, 24])).toEqual([5, 3, 2, 4]);
  expect(shapeOf(flatten(), [5, 3, 2, 4])).toEqual([5, 24]);
  const row = [1, 2, 3, 4, 5, 6];
  expect(outputOf(sequential([unflatten([3, 1, 2]), flatten()]), [], [row])).toEqual([row]);
});

test('unflatten refuses rows of another width and sizes that are no integers', () => {
  expect(() => shapeOf(unflatten([1, 28, 28]), [5, 783])).toThrow(
    'nn: unflatten to [1, 28, 28] takes [rows, 784], the input is [5, 783]',
  );
  expect(() => unflatten([2, 0])).toThrow("nn: a size in unflatten's shape is 0; an integer of at least 1 is needed");
});
