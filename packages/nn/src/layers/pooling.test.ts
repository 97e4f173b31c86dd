import { expect, test } from 'vitest';
import { outputOf, shapeOf } from '../../test/apply.ts';
import { averagePool2d, maxPool2d, sequential, unflatten } from '../index.ts';

const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const pooled = (layer: ReturnType<typeof maxPool2d>) =>
  outputOf(sequential([unflatten([1, 3, 3]), layer]), [], [image])[0];

test('windows stand side by side unless a stride is given', () => {
  expect(pooled(maxPool2d({ kernel: 2 }))).toEqual([5]);
  expect(pooled(maxPool2d({ kernel: 2, stride: 1 }))).toEqual([5, 6, 8, 9]);
  expect(pooled(averagePool2d({ kernel: 2, stride: 1 }))).toEqual([3, 4, 6, 7]);
});

test('a dilated window skips entries', () => {
  expect(pooled(maxPool2d({ kernel: 2, stride: 1, dilation: 2 }))).toEqual([9]);
});

test('padding is never a maximum, and counts in a mean where it is asked for', () => {
  expect(outputOf(sequential([unflatten([1, 1, 1]), maxPool2d({ kernel: 3, padding: 1 })]), [], [[-5]])).toEqual([
    [-5],
  ]);
  expect(pooled(averagePool2d({ kernel: 2, padding: 'same' }))).toEqual([3, 4.5, 7.5, 9]);
  expect(pooled(averagePool2d({ kernel: 2, padding: 'same', countPads: true }))).toEqual([3, 2.25, 3.75, 2.25]);
});

test('a pooling layer says what it takes', () => {
  expect(() => shapeOf(maxPool2d({ kernel: 2 }), [2, 9])).toThrow(
    'nn: maxPool2d takes [rows, channels, height, width], the input is [2, 9]; unflatten makes images of rows',
  );
});
