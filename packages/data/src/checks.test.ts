import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkFinite, checkLabels } from './checks.ts';
import { createMatrix, matrixFromRows } from './matrix.ts';

test('finite values pass, the extremes of float32 among them', () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1 }), (data) => {
      expect(() => checkFinite('X', createMatrix(1, data.length, data))).not.toThrow();
    }),
  );
});

test('NaN and infinite values are counted and the first is placed', () => {
  const rows = [
    [1, 2, 3],
    [4, 5, Number.NaN],
    [Number.NEGATIVE_INFINITY, Number.NaN, 0],
  ];
  expect(() => checkFinite('galu: X', matrixFromRows(rows))).toThrow(
    'galu: X has 2 NaN and 1 infinite values, the first at row 1, column 2 (counted from 0); drop or impute such rows',
  );
});

test('one bad value is one value', () => {
  expect(() => checkFinite('X', matrixFromRows([[Number.POSITIVE_INFINITY]]))).toThrow('X has 1 infinite value, ');
});

test('labels come back as integers, without a copy where they are already', () => {
  const labels = Int32Array.of(0, 2, 1);
  expect(checkLabels('labels', labels, { rows: 3, classes: 3 })).toBe(labels);
  expect(checkLabels('labels', [0, 2, 1], { rows: 3 })).toEqual(labels);
});

test('labels that do not match the rows are refused with both numbers', () => {
  expect(() => checkLabels('data: labels', [0, 1], { rows: 3 })).toThrow(
    'data: labels has 2 entries, the inputs have 3 rows; give one label for each row, in the same order',
  );
});

test.each([1.5, -1, 3, Number.NaN])('the label %d is refused among three classes', (bad) => {
  expect(() => checkLabels('labels', [0, bad], { rows: 2, classes: 3 })).toThrow(
    `labels has ${bad} at row 1 (counted from 0); labels are integers from 0 to 2`,
  );
});
