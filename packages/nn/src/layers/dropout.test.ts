import { constant } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { outputOf } from '../../test/apply.ts';
import { dropout, inference, type Mode } from '../index.ts';

/** Keeps every other entry. */
const alternating = (asked: number[]): Mode => ({
  training: true,
  update: inference.update,
  mask(shape, keep) {
    asked.push(keep);
    return constant([1, 0, 1, 0], shape);
  },
});

const x = [
  [1, 2],
  [3, 4],
];

test('dropout in training drops what the mask says and divides the rest by the part kept', () => {
  const asked: number[] = [];
  expect(outputOf(dropout(0.75), [], x, alternating(asked))).toEqual([
    [4, 0],
    [12, 0],
  ]);
  expect(asked).toEqual([0.25]);
});

test('dropout does nothing in inference, and draws no mask for a rate of 0', () => {
  expect(outputOf(dropout(0.75), [], x)).toEqual(x);
  const asked: number[] = [];
  expect(outputOf(dropout(0), [], x, alternating(asked))).toEqual(x);
  expect(asked).toEqual([]);
});

test.each([1, -0.1, Number.NaN])('a rate of %f is refused', (rate) => {
  expect(() => dropout(rate)).toThrow(
    `nn: dropout's rate is ${rate}; a finite number of at least 0 and below 1 is needed`,
  );
});
