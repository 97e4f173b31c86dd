import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatrix, type Matrix, matrixFromRows } from './matrix.ts';
import { applyScaling, columnMeans, fitNormScaling, fitStandardization, invertScaling } from './scaling.ts';

/** Entries of one magnitude, so that float32 results can be compared at one tolerance. */
const matrices = fc.tuple(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 6 })).chain(([rows, cols]) =>
  fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: rows * cols, maxLength: rows * cols }).map((values) =>
    createMatrix(
      rows,
      cols,
      Float32Array.from(values, (value) => value / 8),
    ),
  ),
);

const column = ({ data, rows, cols }: Matrix, j: number) => Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rowNorms = ({ data, rows, cols }: Matrix) =>
  Array.from({ length: rows }, (_, i) => Math.hypot(...data.subarray(i * cols, (i + 1) * cols)));

describe('standardization', () => {
  test('gives every column mean 0 and standard deviation 1, or all zeros', () => {
    fc.assert(
      fc.property(matrices, (x) => {
        const z = applyScaling(fitStandardization(x), x);
        for (let j = 0; j < x.cols; j++) {
          const values = column(z, j);
          expect(mean(values)).toBeCloseTo(0, 4);
          const deviation = Math.sqrt(mean(values.map((value) => value ** 2)));
          expect(deviation).toBeCloseTo(new Set(column(x, j)).size > 1 ? 1 : 0, 4);
        }
      }),
    );
  });

  test('uses what was fitted on other rows', () => {
    const fitted = fitStandardization(matrixFromRows([[0], [4]]));
    expect(fitted).toEqual({ mean: Float64Array.of(2), scale: Float64Array.of(2) });
    expect([...applyScaling(fitted, matrixFromRows([[2], [6], [-2]])).data]).toEqual([0, 2, -2]);
  });
});

describe('norm scaling', () => {
  test.each(['sqrt-dimension', 'one'] as const)('to %s centres the columns and sets the mean row norm', (target) => {
    fc.assert(
      fc.property(matrices, (x) => {
        const z = applyScaling(fitNormScaling(x, target), x);
        const isConstant = rowNorms(z).every((norm) => norm === 0);
        const wanted = target === 'one' ? 1 : Math.sqrt(x.cols);
        expect(mean(rowNorms(z))).toBeCloseTo(isConstant ? 0 : wanted, 4);
        for (let j = 0; j < x.cols; j++) expect(mean(column(z, j))).toBeCloseTo(0, 4);
      }),
    );
  });

  test('keeps the ratio between columns', () => {
    const { scale } = fitNormScaling(
      matrixFromRows([
        [0, 0],
        [6, 8],
      ]),
      'one',
    );
    expect([...scale]).toEqual([5, 5]);
  });
});

test.each([fitStandardization, fitNormScaling])('%o is undone by its inverse', (fit) => {
  fc.assert(
    fc.property(matrices, (x) => {
      const scaling = fit(x);
      const back = invertScaling(scaling, applyScaling(scaling, x));
      x.data.forEach((value, i) => {
        expect(back.data[i]).toBeCloseTo(value, 3);
      });
    }),
  );
});

test.each([fitStandardization, fitNormScaling])('%o only centres constant columns', (fit) => {
  fc.assert(
    fc.property(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 1, max: 5000 }),
      (value, rows) => {
        const x = createMatrix(rows, 1, new Float32Array(rows).fill(value));
        expect(fit(x).scale[0]).toBe(1);
        expect(new Set(applyScaling(fit(x), x).data)).toEqual(new Set([0]));
      },
    ),
  );
});

test('a scaling in place writes over its input', () => {
  const x = matrixFromRows([[1], [3]]);
  expect(applyScaling(fitStandardization(x), x, x)).toBe(x);
  expect([...x.data]).toEqual([-1, 1]);
});

test('means of large float32 values do not lose their small part', () => {
  const x = createMatrix(3, 1, Float32Array.of(2 ** 24, 2 ** 24, 2));
  expect(columnMeans(x)[0]).toBe((2 ** 25 + 2) / 3);
});

test.each([fitStandardization, fitNormScaling])('entries that are not finite are refused', (fit) => {
  expect(() => fit(createMatrix(2, 1, Float32Array.of(1, Number.POSITIVE_INFINITY)))).toThrow(
    'data: the matrix to fit a scaling to has 1 infinite value, the first at row 1, column 0',
  );
});

test('no rows, other columns and a result of another size are refused', () => {
  expect(() => fitStandardization(createMatrix(0, 2))).toThrow('data: the mean of no rows is not defined');
  const scaling = fitStandardization(createMatrix(1, 2));
  expect(() => applyScaling(scaling, createMatrix(1, 3))).toThrow('fitted to 2 columns, the matrix has 3');
  expect(() => invertScaling(scaling, createMatrix(2, 2), createMatrix(1, 2))).toThrow('does not fit 1 × 2');
});
