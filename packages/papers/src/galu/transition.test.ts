import { expect, test } from 'vitest';
import { transition } from './transition.ts';

test('the crossing is interpolated between the last failure and the first success', () => {
  const points = [
    { c: 1.2, rate: 1 },
    { c: 1, rate: 0 },
    { c: 1.1, rate: 0.75 },
  ];
  expect(transition(points)).toBeCloseTo(1 + (0.1 * 2) / 3, 12);
});

test('without a success there is no crossing', () => {
  expect(transition([{ c: 1, rate: 0.25 }])).toBe(Number.POSITIVE_INFINITY);
});

test('success from the start crosses at or before the first point', () => {
  expect(
    transition([
      { c: 1, rate: 1 },
      { c: 2, rate: 1 },
    ]),
  ).toBe(1);
});
