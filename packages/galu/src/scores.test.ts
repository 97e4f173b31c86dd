import { createMatrix, matrixFromRows } from '@unbraid/data';
import { expect, test } from 'vitest';
import { accuracy, classesOf, columnMean, determination, signAccuracy, signsOf } from './scores.ts';

const column = (...values: number[]) => createMatrix(values.length, 1, Float32Array.from(values));

test('R² is that of scikit-learn, over all outputs together', () => {
  // r2_score([3, -0.5, 2, 7], [2.5, 0, 2, 8])
  expect(determination(column(2.5, 0, 2, 8), column(3, -0.5, 2, 7))).toBeCloseTo(0.9486081370449679, 12);
});

test('R² of constant targets is 1 where they are met exactly, and 0 otherwise', () => {
  const constant = column(...new Array(1000).fill(0.1));
  expect(determination(constant, constant)).toBe(1);
  expect(determination(column(...new Array(1000).fill(0.2)), constant)).toBe(0);
  expect(determination(column(4), column(5))).toBe(0);
});

test('the mean of equal entries is that entry', () => {
  expect(columnMean(column(...new Array(999).fill(0.1)), 0)).toBe(Math.fround(0.1));
});

test('classes are the largest output, or the sign of a single one', () => {
  expect([
    ...classesOf(
      matrixFromRows([
        [1, 3, 2],
        [0, -1, -2],
      ]),
    ),
  ]).toEqual([1, 0]);
  expect([...classesOf(column(0.5, -0.5, 0))]).toEqual([1, 0, 0]);
});

test('signs are scored one by one', () => {
  const outputs = matrixFromRows([
    [2, -1],
    [0.1, 3],
  ]);
  const y = matrixFromRows([
    [1, 1],
    [1, 1],
  ]);
  expect([...signsOf(outputs).data]).toEqual([1, -1, 1, 1]);
  expect(signAccuracy(outputs, y)).toBe(3 / 4);
});

test('nothing is scored of no rows, or of shapes that differ', () => {
  const none = createMatrix(0, 1);
  expect(() => determination(none, none)).toThrow('galu: there are no rows to score');
  expect(() => accuracy(new Int32Array(0), new Int32Array(0))).toThrow('galu: there are no rows to score');
  expect(() => accuracy(Int32Array.of(1), Int32Array.of(1, 0))).toThrow(
    'galu: there are 2 labels and 1 predicted ones',
  );
  expect(() => determination(column(1, 2), column(1))).toThrow('galu: Y is 1 × 1, the outputs are 2 × 1');
});

test('outputs that are no numbers have no class, sign or score', () => {
  const outputs = column(1, Number.NaN);
  for (const use of [
    classesOf,
    signsOf,
    () => determination(outputs, column(1, 2)),
    () => signAccuracy(outputs, column(1, 1)),
  ])
    expect(() => use(outputs)).toThrow('galu: outputs has 1 NaN value, the first at row 1, column 0');
});
