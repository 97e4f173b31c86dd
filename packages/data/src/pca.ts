import { InputError } from '@unbraid/checks';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { checkFinite } from './checks.ts';
import { covariance } from './covariance.ts';
import { createMatrix, type Matrix } from './matrix.ts';

/** Principal axes of data of `mean.length` columns, in descending order of their variance. */
export interface Pca {
  readonly mean: Float64Array;
  /** The axes as rows, orthonormal: entry j of axis a is `axes[a * mean.length + j]`. */
  readonly axes: Float64Array;
  /** The variance along each axis, dividing by the number of rows less one. */
  readonly variances: Float64Array;
  /** The sum of the variances of all columns. */
  readonly totalVariance: number;
}

/**
 * Principal component analysis: exact, by the eigenvectors of the covariance in float64. The entry of largest magnitude
 * of each axis is positive, so that the same data always gives the same axes.
 *
 * @param components how many axes, 1 to the smaller of rows and columns.
 * @throws {InputError} where there are fewer than two rows, entries that are not finite, or the number of components is out of range.
 */
export function fitPca(x: Matrix, components: number): Pca {
  const most = Math.min(x.rows, x.cols);
  if (!(Number.isInteger(components) && components >= 1 && components <= most)) {
    throw new InputError(
      'data',
      `data: PCA of a ${x.rows} × ${x.cols} matrix has 1 to ${most} components, got ${components}`,
    );
  }
  checkFinite('data: the matrix to fit a PCA to', x);
  const { mean, values } = covariance(x);
  const decomposition = new EigenvalueDecomposition(MlMatrix.from1DArray(x.cols, x.cols, values), {
    assumeSymmetric: true,
  });
  const axes = new Float64Array(components * x.cols);
  const variances = new Float64Array(components);
  for (let a = 0; a < components; a++) {
    // The decomposition is in ascending order. Rounding can leave a variance of zero below zero.
    const source = x.cols - 1 - a;
    variances[a] = Math.max(0, decomposition.realEigenvalues[source]!);
    const axis = decomposition.eigenvectorMatrix.getColumn(source);
    const sign = Math.sign(peak(axis));
    for (let j = 0; j < x.cols; j++) axes[a * x.cols + j] = sign * axis[j]!;
  }
  return { mean, axes, variances, totalVariance: trace(values, x.cols) };
}

/** The share of the total variance that lies along each axis; zeros for data without variance. */
export function explainedVarianceRatio({ variances, totalVariance }: Pca): Float64Array {
  return variances.map((variance) => (totalVariance > 0 ? variance / totalVariance : 0));
}

/**
 * The coordinates of the rows of `x` along the axes: rows × components.
 *
 * @throws where `x` does not have the columns of the fit.
 */
export function pcaTransform(pca: Pca, x: Matrix): Matrix {
  const { mean, axes, variances } = pca;
  const components = variances.length;
  if (x.cols !== mean.length) {
    throw new InputError('data', `data: the PCA was fitted to ${mean.length} columns, the matrix has ${x.cols}`);
  }
  const byColumn = transpose(axes, components, x.cols);
  const origin = new Float64Array(components);
  addCombination(origin, mean, 0, byColumn);
  const z = createMatrix(x.rows, components);
  const row = new Float64Array(components);
  for (let i = 0; i < x.rows; i++) {
    row.fill(0);
    addCombination(row, x.data, i * x.cols, byColumn);
    for (let a = 0; a < components; a++) z.data[i * components + a] = row[a]! - origin[a]!;
  }
  return z;
}

/**
 * The points at the coordinates `z` in the space of the data: rows × columns of the fit. After `pcaTransform` they are
 * the nearest points in the span of the axes.
 *
 * @throws where `z` has another number of columns than there are axes.
 */
export function pcaInverse({ mean, axes, variances }: Pca, z: Matrix): Matrix {
  if (z.cols !== variances.length) {
    throw new InputError('data', `data: the PCA has ${variances.length} components, the matrix has ${z.cols} columns`);
  }
  const x = createMatrix(z.rows, mean.length);
  const row = new Float64Array(mean.length);
  for (let i = 0; i < z.rows; i++) {
    row.set(mean);
    addCombination(row, z.data, i * z.cols, axes);
    x.data.set(row, i * mean.length);
  }
  return x;
}

/** Adds to `sum` the vectors (rows of `vectors`), each times its coefficient in `from` from `start` on; zeros are skipped. */
function addCombination(
  sum: Float64Array,
  from: Float32Array | Float64Array,
  start: number,
  vectors: Float64Array,
): void {
  const width = sum.length;
  const count = vectors.length / width;
  for (let v = 0; v < count; v++) {
    const coefficient = from[start + v]!;
    if (coefficient === 0) continue;
    for (let j = 0; j < width; j++) sum[j]! += coefficient * vectors[v * width + j]!;
  }
}

function transpose(values: Float64Array, rows: number, cols: number): Float64Array {
  const transposed = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) transposed[j * rows + i] = values[i * cols + j]!;
  }
  return transposed;
}

/** The entry of largest magnitude; the first of several. */
function peak(values: readonly number[]): number {
  return values.reduce((largest, value) => (Math.abs(value) > Math.abs(largest) ? value : largest), 0);
}

function trace(values: Float64Array, size: number): number {
  let sum = 0;
  for (let j = 0; j < size; j++) sum += values[j * size + j]!;
  return sum;
}
