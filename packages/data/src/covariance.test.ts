import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covariance } from './covariance.ts';
import { createMatrix, type Matrix, matrixFromRows } from './matrix.ts';

/** The definition, one pair of columns at a time. */
function plainCovariance({ data, rows, cols }: Matrix, i: number, j: number): number {
  const column = (c: number) => Array.from({ length: rows }, (_, row) => data[row * cols + c]!);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / rows;
  const [a, b] = [column(i), column(j)];
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, row) => sum + (value - meanA) * (b[row]! - meanB), 0) / (rows - 1);
}

test('is that of the definition, for rows with any number of zeros', () => {
  const entry = fc.oneof(fc.constant(0), fc.integer({ min: -64, max: 64 }));
  const sizes = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 9 }));
  const matrices = sizes.chain(([rows, cols]) =>
    fc.array(fc.array(entry, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows }),
  );
  fc.assert(
    fc.property(matrices, (rows) => {
      const x = matrixFromRows(rows);
      const { values } = covariance(x);
      for (let i = 0; i < x.cols; i++) {
        for (let j = 0; j < x.cols; j++) expect(values[i * x.cols + j]).toBeCloseTo(plainCovariance(x, i, j), 9);
      }
    }),
  );
});

test('keeps six digits where the mean is a thousand times the deviation', () => {
  const rows = Array.from({ length: 50 }, (_, i) => [1000 + Math.sin(i), 1000 + Math.cos(i)]);
  const x = matrixFromRows(rows);
  const { values } = covariance(x);
  for (const [i, j] of [
    [0, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const expected = plainCovariance(x, i, j);
    expect(Math.abs(values[i * 2 + j]! - expected)).toBeLessThan(1e-6 * Math.max(0.5, Math.abs(expected)));
  }
});

test('one row is refused', () => {
  expect(() => covariance(createMatrix(1, 3))).toThrow('data: a covariance needs at least two rows, the matrix has 1');
});

test('a constant column covaries with nothing, exactly', () => {
  const x = matrixFromRows(Array.from({ length: 1000 }, (_, i) => [0.1, Math.sin(i), 1e6 / 3]));
  const { values } = covariance(x);
  for (const at of [0, 1, 2, 3, 5, 6, 7, 8]) expect(values[at]).toBe(0);
  expect(values[4]).toBeCloseTo(0.5, 2);
});
