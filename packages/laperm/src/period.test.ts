import { expect, test } from 'vitest';
import { growingPeriod, periodIn } from './period.ts';

test('a growing period is longer after every so many epochs', () => {
  expect([0, 49, 50, 99, 100].map(growingPeriod(20, 5, 50))).toEqual([20, 20, 100, 100, 500]);
  expect([0, 1, 2, 3].map(growingPeriod(3, 1.5, 1))).toEqual([3, 5, 7, 10]);
});

test('a period that has grown beyond all steps is still a number of steps', () => {
  expect(periodIn(growingPeriod(3, 3, 1), 1000)).toBe(Number.MAX_SAFE_INTEGER);
});

test('a constant period is the same in every epoch', () => {
  expect(periodIn(250, 7)).toBe(250);
});

test.each([
  [() => periodIn(0, 0), 'laperm: the period is 0; a whole number of at least 1 is needed'],
  [() => periodIn(2.5, 0), 'laperm: the period is 2.5; a whole number of at least 1 is needed'],
  [
    () => periodIn((epoch) => 3 - epoch, 3),
    'laperm: the period of epoch 3 is 0; a whole number of at least 1 is needed',
  ],
  [() => growingPeriod(0, 2, 10), "laperm: growingPeriod's first is 0; a whole number of at least 1 is needed"],
  [() => growingPeriod(5, 2, 0.5), "laperm: growingPeriod's every is 0.5; a whole number of at least 1 is needed"],
  [() => growingPeriod(5, 0.5, 1), "laperm: growingPeriod's factor is 0.5; a number of at least 1 is needed"],
])('a period that is no number of steps is refused, case %#', (make, message) => {
  expect(make).toThrow(message);
});
