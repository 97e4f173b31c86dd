import { readFileSync } from 'node:fs';
import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatrix, type Matrix, matrixFromRows } from './matrix.ts';
import { explainedVarianceRatio, fitPca, pcaInverse, pcaTransform } from './pca.ts';

interface Fixture {
  readonly x: number[][];
  readonly mean: number[];
  readonly axes: number[][];
  readonly variances: number[];
  readonly coordinates: number[][];
}

function expectClose(found: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, digits);
  });
}

function gaussian(rows: number, cols: number, seed: number): Matrix {
  return createMatrix(rows, cols, createRandom(seed).normal(new Float32Array(rows * cols)));
}

describe("beside NumPy's singular value decomposition (python/fixtures/pca_fixture.py)", () => {
  const file = new URL('../test/fixtures/pca.json', import.meta.url);
  const numpy: Fixture = JSON.parse(readFileSync(file, 'utf8'));
  const x = matrixFromRows(numpy.x);

  test('axes, variances and mean agree in every digit that float64 has for them', () => {
    const pca = fitPca(x, 5);
    expectClose(pca.mean, numpy.mean, 12);
    expectClose(pca.axes, numpy.axes.flat(), 10);
    expectClose(pca.variances, numpy.variances, 11);
  });

  test('coordinates agree to float32', () => {
    const coordinates = numpy.coordinates.map((row) => row.slice(0, 3));
    expectClose(pcaTransform(fitPca(x, 3), x).data, coordinates.flat(), 5);
  });
});

const sizes = fc.record({
  rows: fc.integer({ min: 2, max: 30 }),
  cols: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
});

test('axes are orthonormal, variances fall, and the peak of each axis is positive', () => {
  fc.assert(
    fc.property(sizes, ({ rows, cols, seed }) => {
      const components = Math.min(rows, cols);
      const { axes, variances } = fitPca(gaussian(rows, cols, seed), components);
      const axis = (a: number) => axes.subarray(a * cols, (a + 1) * cols);
      for (let a = 0; a < components; a++) {
        for (let b = 0; b <= a; b++) {
          const product = axis(a).reduce((sum, value, j) => sum + value * axis(b)[j]!, 0);
          expect(product).toBeCloseTo(Number(a === b), 10);
        }
        expect(variances[a]).toBeLessThanOrEqual(variances[a - 1] ?? Number.POSITIVE_INFINITY);
        const peak = axis(a).reduce((largest, value) => (Math.abs(value) > Math.abs(largest) ? value : largest), 0);
        expect(peak).toBeGreaterThan(0);
      }
    }),
  );
});

test('all components together explain all variance and lose nothing', () => {
  fc.assert(
    fc.property(sizes, ({ rows, cols, seed }) => {
      const x = gaussian(rows + cols, cols, seed);
      const pca = fitPca(x, cols);
      expect(explainedVarianceRatio(pca).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
      expectClose(pcaInverse(pca, pcaTransform(pca, x)).data, [...x.data], 4);
    }),
  );
});

test('coordinates have mean 0, the variances of the fit, and no correlation', () => {
  const x = gaussian(200, 6, 1);
  const { variances } = fitPca(x, 6);
  const z = pcaTransform(fitPca(x, 6), x);
  const ofCoordinates = fitPca(z, 6);
  expectClose(ofCoordinates.mean, [0, 0, 0, 0, 0, 0], 6);
  expectClose(ofCoordinates.variances, [...variances], 5);
});

test('data on a line needs one axis', () => {
  const x = matrixFromRows([
    [1, 2],
    [2, 4],
    [5, 10],
  ]);
  const pca = fitPca(x, 2);
  expectClose(explainedVarianceRatio(pca), [1, 0], 12);
  expectClose(pca.axes.subarray(0, 2), [1 / Math.sqrt(5), 2 / Math.sqrt(5)], 12);
});

test('data without variance explains nothing', () => {
  expect([...explainedVarianceRatio(fitPca(createMatrix(3, 2), 1))]).toEqual([0]);
  const constant = createMatrix(1000, 3, new Float32Array(3000).fill(0.1));
  expect([...explainedVarianceRatio(fitPca(constant, 2))]).toEqual([0, 0]);
});

test.each([0, 4, 1.5])('%d components of a 5 × 3 matrix are refused', (components) => {
  expect(() => fitPca(createMatrix(5, 3), components)).toThrow(
    `data: PCA of a 5 × 3 matrix has 1 to 3 components, got ${components}`,
  );
});

test('entries that are not finite are refused', () => {
  expect(() => fitPca(createMatrix(2, 2, Float32Array.of(1, 2, Number.NaN, 3)), 1)).toThrow(
    'data: the matrix to fit a PCA to has 1 NaN value, the first at row 1, column 0 (counted from 0)',
  );
});

test('a matrix of another width than the fit is refused', () => {
  const pca = fitPca(gaussian(5, 3, 1), 2);
  expect(() => pcaTransform(pca, createMatrix(1, 4))).toThrow(
    'data: the PCA was fitted to 3 columns, the matrix has 4',
  );
  expect(() => pcaInverse(pca, createMatrix(1, 3))).toThrow('data: the PCA has 2 components, the matrix has 3 columns');
});
