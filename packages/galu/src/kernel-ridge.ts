import { InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { checkMatrix } from './check-data.ts';
import { cholesky, choleskySolve } from './cholesky.ts';
import { matrixOf } from './targets.ts';

/**
 * Kernel ridge regression: the dual coefficients β (m × c) of (K + λI) β = Y, by a Cholesky factorization in double precision;
 * m³/3 multiply-adds, so for m up to a few thousand.
 * @param kernels symmetric, m × m
 * @param targets m × c, or one for each row
 * @throws {InputError} for shapes and ridges that can't be, for NaN and infinities, and when K + λI is not positive definite, with
 * the ridge that makes up for the kernel's rounding
 */
export function fitKernelRidge(
  kernels: MatrixLike,
  targets: MatrixLike | Float32Array | Float64Array,
  ridge: number,
): Matrix {
  const kernel = toMatrix('galu: the kernel', kernels);
  const y = matrixOf(targets, kernel.rows);
  const m = kernel.rows;
  if (kernel.cols !== m || y.rows !== m) {
    throw new InputError(
      'data',
      `galu: the kernel is ${m} × ${kernel.cols}, Y has ${y.rows} rows; a square kernel of that size is needed`,
    );
  }
  if (!(ridge >= 0 && Number.isFinite(ridge)))
    throw new InputError('setting', `galu: ridge is ${ridge}; a finite number of at least 0 is needed`);
  return solveKernel(Float64Array.from(kernel.data), m, y, ridge);
}

/** β of (K + λI) β = Y for the entries of K (m × m), which are spoiled. @throws as `fitKernelRidge`, when K + λI is not positive definite */
export function solveKernel(entries: Float64Array, m: number, y: Matrix, ridge: number): Matrix {
  let trace = 0;
  for (let i = 0; i < m; i++) {
    trace += entries[i * m + i]!;
    entries[i * m + i]! += ridge;
  }
  factorOrAdvise(entries, m, trace, ridge);
  const beta = createMatrix(m, y.cols);
  for (let j = 0; j < y.cols; j++) {
    const column = Float64Array.from({ length: m }, (_, i) => y.data[i * y.cols + j]!);
    choleskySolve(entries, m, column);
    column.forEach((value, i) => {
      beta.data[i * y.cols + j] = value;
    });
  }
  return beta;
}

/** Entries of K are rounded to float32: that moves eigenvalues by at most this share of the trace. */
const ROUNDING = 2 ** -24;

function factorOrAdvise(entries: Float64Array, m: number, trace: number, ridge: number): void {
  try {
    cholesky(entries, m);
  } catch (cause) {
    const enough = (4 * ROUNDING * trace).toPrecision(2);
    throw new InputError(
      'data',
      `galu: the kernel plus ridge ${ridge} is not positive definite; a ridge of ${enough} makes up for rounding, if that ` +
        'does not do the kernel is not symmetric and positive semidefinite',
      { cause },
    );
  }
}

/**
 * Predictions, rows × c, from the kernel between new inputs and the training inputs, rows × m.
 * @throws {InputError} for shapes that don't agree, and for NaN and infinities
 */
export function predictKernelRidge(kernels: MatrixLike, beta: Matrix): Matrix {
  const kernel = toMatrix('galu: the kernel', kernels);
  checkMatrix('galu: the dual coefficients', beta);
  if (kernel.cols !== beta.rows) {
    throw new InputError(
      'data',
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
