import { checkFiniteValues, checkSettings, finite, given, InputError, type MatrixLike, oneOf } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Matrix as MlMatrix } from 'ml-matrix';
import { object } from 'zod';
import { checkKernel, targetsOf } from '../check.ts';
import type { Kernel } from '../tangent-kernel.ts';
import { type Prediction, predictionOf } from './prediction.ts';
import { type Factored, factored, float64 } from './solve.ts';

/** What kernel regression is given. */
export interface RegressionProblem {
  /** k(x, x), n × n. The NNGP kernel gives the posterior of the Bayesian infinitely wide network (Lee et al. 2018), the tangent kernel that of NTKGP (He et al. 2020). */
  readonly kernel: Kernel;
  /** Targets, n × c, or a number for each row; columns are independent and share the kernel. */
  readonly y: MatrixLike | Float32Array | Float64Array;
  /** σ², the variance of noise in the targets, which is added to the diagonal. */
  readonly ridge: number;
  /**
   * 𝒦(x, x), where `kernel` is Θ and the variance is to be that over networks drawn from 𝒦 and trained to the end (Lee et al. 2019, equation 16): no
   * posterior. Predictions then take `priorCross` and `priorDiagonal`.
   */
  readonly prior?: Kernel;
  /**
   * What kernel and ridge are multiplied by: nothing (`one`, the default), or the factor of the largest marginal likelihood, yᵀ (K + σ²)⁻¹ y / n. Means are the same
   * with both.
   */
  readonly amplitude?: 'one' | 'likelihood';
}

/** Kernels of new rows. */
export interface NewRows {
  /** k(z, x), n' × n. */
  readonly cross: Kernel;
  /** k(z_i, z_i), n'. */
  readonly diagonal: ArrayLike<number>;
  /** 𝒦(z, x) and 𝒦(z_i, z_i), where the problem has a `prior`. */
  readonly priorCross?: Kernel;
  readonly priorDiagonal?: ArrayLike<number>;
}

/** A kernel regression, fitted. */
export interface KernelRegression {
  /** What kernel and ridge were multiplied by. */
  readonly amplitude: number;
  /** σ² times the amplitude: the variance of noise around a function. */
  readonly noise: number;
  /** log p(y), summed over the columns of y; undefined where the variance is over trained networks, which is no posterior. */
  readonly logMarginalLikelihood: number | undefined;
  /** @throws {InputError} for kernels that don't fit */
  predict(rows: NewRows): Prediction;
}

const settings = object({
  kernel: given<Kernel>(),
  y: given<RegressionProblem['y']>(),
  ridge: finite({ min: 0 }),
  prior: given<Kernel>().optional(),
  amplitude: oneOf('one', 'likelihood').default('one'),
});

/**
 * Kernel regression with a ridge, which is the mean of a Gaussian process with noise of that variance: k(z, x) (K + σ²)⁻¹ y, and its variance. In float64, n³ / 3
 * multiply-adds, for n up to a few thousand.
 * @throws {InputError} for kernels and targets that don't fit, settings out of range, and a kernel that is not positive definite with the ridge
 */
export function kernelRegression(problem: RegressionProblem): KernelRegression {
  const {
    kernel,
    y: targets,
    ridge,
    prior,
    amplitude,
  } = checkSettings('linearity: kernelRegression', settings, problem);
  const n = kernel.kernel.rows;
  requireSize('kernel', kernel.kernel, n, n);
  if (prior) requireSize('prior', prior.kernel, n, n);
  if (prior && amplitude === 'likelihood')
    throw new InputError(
      'setting',
      "linearity: kernelRegression has a prior beside its kernel, so there is no likelihood to fit an amplitude by; take amplitude: 'one'",
    );
  const y = targetsOf(targets, n);
  const factor = factored(kernel.kernel, ridge);
  const weights = factor.solve(float64(y));
  const fits = squaresOf(y, weights);
  const scale = amplitude === 'one' ? 1 : fits / (n * y.cols);
  if (!(scale > 0))
    throw new InputError('data', 'linearity: all targets are 0, which have no amplitude of largest likelihood');
  const half = -0.5 * (fits / scale + y.cols * (factor.logDeterminant + n * Math.log(2 * Math.PI * scale)));
  return {
    amplitude: scale,
    noise: scale * ridge,
    logMarginalLikelihood: prior ? undefined : half,
    predict: (rows) => predict({ n, factor, weights, scale, ridge, prior }, rows),
  };
}

/** Σ yᵀ (K + σ²)⁻¹ y over columns. */
const squaresOf = (y: Matrix, weights: MlMatrix): number =>
  y.data.reduce((sum, value, at) => sum + value * weights.get(Math.floor(at / y.cols), at % y.cols), 0);

interface Fitted {
  readonly n: number;
  readonly factor: Factored;
  readonly weights: MlMatrix;
  readonly scale: number;
  readonly ridge: number;
  readonly prior: Kernel | undefined;
}

function predict({ n, factor, weights, scale, ridge, prior }: Fitted, rows: NewRows): Prediction {
  const { cross, diagonal, priorCross, priorDiagonal } = rows;
  const count = cross.kernel.rows;
  requireSize('cross', cross.kernel, count, n);
  requireLength('diagonal', diagonal, count);
  const k = float64(cross.kernel);
  const means = k.mmul(weights);
  const mean = createMatrix(count, weights.columns, Float32Array.from(means.to1DArray()));
  checkKernel('the mean of predictions', mean);
  // (K + σ²)⁻¹ k(x, z), n × n'
  const shares = factor.solve(k.transpose());
  let variance: number[];
  if (prior === undefined) {
    variance = Array.from(
      { length: count },
      (_, i) => scale * (diagonal[i]! - inner(k.getRow(i), shares.getColumn(i))),
    );
  } else {
    if (!(priorCross && priorDiagonal))
      throw new InputError(
        'setting',
        'linearity: the regression has a prior; predictions take priorCross and priorDiagonal too',
      );
    requireSize('priorCross', priorCross.kernel, count, n);
    requireLength('priorDiagonal', priorDiagonal, count);
    variance = overNetworks(shares, float64(prior.kernel), float64(priorCross.kernel), priorDiagonal);
  }
  // Differences of numbers of the prior's size: what is left below 0 is rounding.
  return predictionOf(
    mean,
    Float64Array.from(variance, (value) => Math.max(0, value)),
    scale * ridge,
  );
}

/** 𝒦(z, z) + A 𝒦 Aᵀ − 2 A 𝒦(x, z) on its diagonal, with A = Θ(z, x) (Θ + σ²)⁻¹. */
function overNetworks(shares: MlMatrix, prior: MlMatrix, cross: MlMatrix, diagonal: ArrayLike<number>): number[] {
  const spread = prior.mmul(shares);
  return Array.from({ length: cross.rows }, (_, i) => {
    const share = shares.getColumn(i);
    return diagonal[i]! + inner(share, spread.getColumn(i)) - 2 * inner(share, cross.getRow(i));
  });
}

const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function requireSize(name: string, matrix: Matrix, rows: number, cols: number): void {
  if (matrix.rows !== rows || matrix.cols !== cols)
    throw new InputError(
      'data',
      `linearity: ${name} is ${matrix.rows} × ${matrix.cols}; ${rows} × ${cols} is needed, a column for each row that was fitted`,
    );
  checkKernel(name, matrix);
}

function requireLength(name: string, values: ArrayLike<number>, length: number): void {
  if (values?.length !== length)
    throw new InputError(
      'data',
      `linearity: ${name} has ${values?.length ?? 'no'} entries for ${length} new rows; one each is needed`,
    );
  checkFiniteValues(`linearity: ${name}`, Float64Array.from(values), 'give finite numbers', (i) => `entry ${i}`);
}
