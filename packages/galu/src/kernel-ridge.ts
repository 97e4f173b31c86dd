import { createMatrix, type Matrix } from '@unbraid/data';
import { cholesky, choleskySolve } from './cholesky.ts';

/**
 * Kernel ridge regression: the dual coefficients β (m × c) of (K + λI) β = Y, by a Cholesky factorization in double precision;
 * m³/3 multiply-adds, so for m up to a few thousand.
 * @param kernel symmetric, m × m
 * @throws {Error} when K + λI is not positive definite, with the ridge that makes up for the kernel's rounding
 */
export function fitKernelRidge(kernel: Matrix, y: Matrix, ridge: number): Matrix {
  const m = kernel.rows;
  if (kernel.cols !== m || y.rows !== m) {
    throw new RangeError(
      `galu: the kernel is ${m} × ${kernel.cols}, Y has ${y.rows} rows; a square kernel of that size is needed`,
    );
  }
  if (!(ridge >= 0)) throw new RangeError(`galu: ridge is ${ridge}; a number of at least 0 is needed`);
  const factor = Float64Array.from(kernel.data);
  for (let i = 0; i < m; i++) factor[i * m + i]! += ridge;
  factorOrAdvise(factor, kernel, ridge);
  const beta = createMatrix(m, y.cols);
  for (let j = 0; j < y.cols; j++) {
    const column = Float64Array.from({ length: m }, (_, i) => y.data[i * y.cols + j]!);
    choleskySolve(factor, m, column);
    column.forEach((value, i) => {
      beta.data[i * y.cols + j] = value;
    });
  }
  return beta;
}

/** Entries of K are rounded to float32: that moves eigenvalues by at most this share of the trace. */
const ROUNDING = 2 ** -24;

function factorOrAdvise(factor: Float64Array, { data, rows }: Matrix, ridge: number): void {
  try {
    cholesky(factor, rows);
  } catch (cause) {
    let trace = 0;
    for (let i = 0; i < rows; i++) trace += data[i * rows + i]!;
    const enough = (4 * ROUNDING * trace).toPrecision(2);
    throw new Error(
      `galu: the kernel plus ridge ${ridge} is not positive definite; a ridge of ${enough} makes up for rounding, if that ` +
        'does not do the kernel is not symmetric and positive semidefinite',
      { cause },
    );
  }
}

/** Predictions, rows × c, from the kernel between new inputs and the training inputs, rows × m. */
export function predictKernelRidge(kernel: Matrix, beta: Matrix): Matrix {
  if (kernel.cols !== beta.rows) {
    throw new RangeError(
      `galu: the kernel has ${kernel.cols} columns, there are ${beta.rows} dual coefficients; they must agree`,
    );
  }
  const n = createMatrix(kernel.rows, beta.cols);
  for (let i = 0; i < kernel.rows; i++) {
    for (let j = 0; j < beta.cols; j++) {
      let sum = 0;
      for (let t = 0; t < beta.rows; t++) sum += kernel.data[i * kernel.cols + t]! * beta.data[t * beta.cols + j]!;
      n.data[i * beta.cols + j] = sum;
    }
  }
  return n;
}
