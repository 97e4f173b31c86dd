import { InputError } from '@unbraid/checks';
import { checkFinite } from './checks.ts';
import { createMatrix, type Matrix } from './matrix.ts';

/** An affine map of columns, fitted to data: z_j = (x_j − mean_j) / scale_j. No scale is 0. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/**
 * The scaling that gives every column of `x` mean 0 and standard deviation 1 (that of the rows themselves, dividing by
 * their number). A column that is constant is centred only, and so becomes 0.
 *
 * @throws {InputError} where `x` has no rows, or entries that are not finite.
 */
export function fitStandardization(x: Matrix): Scaling {
  checkFinite('data: the matrix to fit a scaling to', x);
  const mean = columnMeans(x);
  const squares = new Float64Array(x.cols);
  forEachEntry(x, (value, j) => {
    squares[j]! += (value - mean[j]!) ** 2;
  });
  const scale = squares.map((sum) => Math.sqrt(sum / x.rows) || 1);
  return { mean, scale };
}

/** What the mean Euclidean norm of the rows becomes: √(number of columns), as of a standard Gaussian sample, or 1. */
export type NormTarget = 'sqrt-dimension' | 'one';

/**
 * The scaling that centres the columns of `x` and divides all of them by one number, so that the mean Euclidean norm of
 * the rows is the target. Unlike standardization it keeps the shape of the data, and columns that are almost constant
 * (the rim of an image) stay small.
 *
 * @throws {InputError} where `x` has no rows, or entries that are not finite.
 */
export function fitNormScaling(x: Matrix, target: NormTarget = 'sqrt-dimension'): Scaling {
  checkFinite('data: the matrix to fit a scaling to', x);
  const mean = columnMeans(x);
  let norms = 0;
  for (let i = 0; i < x.rows; i++) {
    let square = 0;
    for (let j = 0; j < x.cols; j++) square += (x.data[i * x.cols + j]! - mean[j]!) ** 2;
    norms += Math.sqrt(square);
  }
  const wanted = target === 'one' ? 1 : Math.sqrt(x.cols);
  const scale = norms / x.rows / wanted || 1;
  return { mean, scale: new Float64Array(x.cols).fill(scale) };
}

/**
 * Applies a fitted scaling to `x`, which may be other rows than those it was fitted to.
 *
 * @param out where the result goes, `x` itself for a scaling in place; a new matrix unless given.
 * @throws where the number of columns is not that of the fit.
 */
export function applyScaling(scaling: Scaling, x: Matrix, out: Matrix = createMatrix(x.rows, x.cols)): Matrix {
  checkColumns(scaling, x, out);
  const { mean, scale } = scaling;
  forEachEntry(x, (value, j, at) => {
    out.data[at] = (value - mean[j]!) / scale[j]!;
  });
  return out;
}

/** The inverse of `applyScaling`, with the same parameters. */
export function invertScaling(scaling: Scaling, z: Matrix, out: Matrix = createMatrix(z.rows, z.cols)): Matrix {
  checkColumns(scaling, z, out);
  const { mean, scale } = scaling;
  forEachEntry(z, (value, j, at) => {
    out.data[at] = value * scale[j]! + mean[j]!;
  });
  return out;
}

/**
 * The mean of each column, summed in float64. That of a constant column is exact (up to 2²⁹ rows, the 29 bits by which
 * float64 is longer than float32), so that its deviation is exactly 0.
 *
 * @throws where `x` has no rows.
 */
export function columnMeans(x: Matrix): Float64Array {
  if (x.rows === 0) throw new InputError('data', 'data: the mean of no rows is not defined; fit to at least one row');
  const sums = new Float64Array(x.cols);
  forEachEntry(x, (value, j) => {
    sums[j]! += value;
  });
  return sums.map((sum) => sum / x.rows);
}

function forEachEntry({ data, rows, cols }: Matrix, visit: (value: number, column: number, at: number) => void): void {
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) visit(data[at]!, j, at);
  }
}

function checkColumns({ mean }: Scaling, x: Matrix, out: Matrix): void {
  if (x.cols !== mean.length) {
    throw new InputError('data', `data: the scaling was fitted to ${mean.length} columns, the matrix has ${x.cols}`);
  }
  if (out.rows !== x.rows || out.cols !== x.cols) {
    throw new InputError(
      'data',
      `data: the result of scaling ${x.rows} × ${x.cols} does not fit ${out.rows} × ${out.cols}`,
    );
  }
}
