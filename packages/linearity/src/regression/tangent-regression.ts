import { checkSettings, finite, InputError, type MatrixLike, oneOf } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { predict as outputsAt } from '@unbraid/nn';
import { object } from 'zod';
import { inputsOf, targetsOf } from '../check.ts';
import { shared } from '../options.ts';
import { residualsOf } from '../residuals.ts';
import { type TangentKernel, tangentKernel } from '../tangent-kernel.ts';
import type { TangentPoint } from '../tangent-point.ts';
import { kernelRegression } from './kernel-regression.ts';
import { type Prediction, predictionOf } from './prediction.ts';

/** What `tangentRegression` takes beside the point and the data. */
export interface TangentRegressionOptions {
  /** σ², the variance of noise in the targets. */
  readonly ridge: number;
  /** As in `kernelRegression`. */
  readonly amplitude?: 'one' | 'likelihood';
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

/** A tangent model, fitted. */
export interface TangentRegression {
  /** What the prior's variance and the noise were multiplied by. */
  readonly amplitude: number;
  /** Variance of the targets around the function. */
  readonly noise: number;
  /** log p(y − f(w; x)) */
  readonly logMarginalLikelihood: number;
  /** f(w; z) + Θ(z, x) (Θ + σ²)⁻¹ (y − f(w; x)), and its variance, of each output. @throws {InputError} for rows that don't fit */
  predict(zs: MatrixLike): Promise<Prediction>;
}

const settings = object({
  ridge: finite({ min: 0 }),
  amplitude: oneOf('one', 'likelihood').default('one'),
  ...shared,
});

/** New rows whose kernel with themselves is computed at a time. */
const BLOCK = 32;

/**
 * A model's tangent model as a predictor with intervals: the Gaussian process of functions f(w) + ∇f(w) · d, with d of independent N(0, 1), and noise of variance
 * σ² (Khan, Immer, Abedi and Korzepa 2019; for a random start NTKGP, He, Lakshminarayanan and Teh 2020). Its mean is where gradient descent with decay towards w leads the tangent model. Outputs share
 * weights, so all outputs of all rows make one kernel.
 * @param xs n × d
 * @param ys n × c
 * @throws {InputError} for settings, parameters, inputs or targets that don't fit, models whose rows depend on each other, and a kernel that is not positive definite with the ridge
 */
export async function tangentRegression(
  point: TangentPoint,
  xs: MatrixLike,
  ys: MatrixLike | Float32Array | Float64Array,
  options: TangentRegressionOptions,
): Promise<TangentRegression> {
  const {
    ridge,
    amplitude,
    signal,
    runtime: chosen,
  } = checkSettings('linearity: tangentRegression', settings, options);
  const x = inputsOf('x', xs);
  const y = targetsOf(ys, x.rows);
  const runtime = chosen ?? (await defaultRuntime());
  const kernelOf = async (a: Matrix, b: Matrix) =>
    standingAlone(await tangentKernel(point, a, b, { sampledRows: 0, runtime, ...(signal && { signal }) }));
  const kernel = await kernelOf(x, x);
  const outputs = await outputsAt(point.model, point.params, x, { runtime });
  const residuals = residualsOf(y, outputs);
  const fit = kernelRegression({ kernel, y: residuals, ridge, amplitude });
  return {
    amplitude: fit.amplitude,
    noise: fit.noise,
    logMarginalLikelihood: fit.logMarginalLikelihood!,
    async predict(zs) {
      const z = inputsOf('z', zs);
      const base = await outputsAt(point.model, point.params, z, { runtime });
      const cross = await kernelOf(z, x);
      const { mean, variance, noise } = fit.predict({ cross, diagonal: await diagonalOf(z, kernelOf) });
      const moved = base.data.map((value, at) => value + mean.data[at]!);
      return predictionOf(createMatrix(z.rows, base.cols, moved), Float64Array.from(variance.data), noise);
    },
  };
}

function standingAlone(kernel: TangentKernel): TangentKernel {
  if (kernel.meeting === undefined) return kernel;
  throw new InputError(
    'model',
    `linearity: rows of this model meet in ${kernel.meeting}, so that predictions at a row depend on the others; regress on a model whose rows don't`,
  );
}

/** Θ(z_i, z_i), of each output, block by block. */
async function diagonalOf(z: Matrix, kernelOf: (a: Matrix, b: Matrix) => Promise<TangentKernel>): Promise<number[]> {
  const diagonal: number[] = [];
  for (let from = 0; from < z.rows; from += BLOCK) {
    const count = Math.min(BLOCK, z.rows - from);
    const part = createMatrix(count, z.cols, z.data.subarray(from * z.cols, (from + count) * z.cols));
    const { kernel } = await kernelOf(part, part);
    for (let i = 0; i < kernel.rows; i++) diagonal.push(kernel.data[i * kernel.rows + i]!);
  }
  return diagonal;
}
