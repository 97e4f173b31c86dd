import { checkFiniteValues, checkSettings, finite, InputError, type MatrixLike } from '@unbraid/checks';
import { compile, f32, grad, mul, type Runtime, reduceSum, type Tensor, trace, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { object } from 'zod';
import { checkKernel, checkParams, checkResult, inputsOf } from './check.ts';
import { shared } from './options.ts';
import type { Kernel } from './tangent-kernel.ts';
import type { TangentPoint } from './tangent-point.ts';
import { trainableOnly } from './trainable.ts';
import { reading } from './weight-operator.ts';

/** A step in weight space. */
export interface ShortestStep {
  /** d, flat; zeros for parameters that are not trained. */
  readonly step: Float32Array;
  /** ‖d‖ = √(rᵀ K⁺ r), from the kernel. */
  readonly length: number;
  /** Eigenvalues of the kernel that count: those above `floor`. Where they are fewer than its rows, no step reaches all of the change. */
  readonly rank: number;
  /** What the tangent model gains by the step: r, or the part of it that can be reached. */
  readonly change: Float64Array;
}

/** What `shortestStep` takes beside the point, its kernel and the change. */
export interface StepOptions {
  /** Eigenvalues of the kernel up to this are taken for 0. Default: what rounding may make of 0, `relativeError` · ‖K‖_F. */
  readonly floor?: number;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

const settings = object({ floor: finite({ min: 0 }).optional(), ...shared });

/**
 * The shortest step d = Jᵀ K⁺ r by which the tangent model changes its outputs by r: what gradient descent on the squared error comes to in it, from w₀.
 * Each row is a batch of its own, and takes one backward pass.
 * @param x n × d
 * @param kernel of `x` with itself, [n · c, n · c]
 * @param change r, of each output of each row
 * @throws {InputError} for settings, parameters or inputs that don't fit, a kernel of another size, and where a result overflows float32
 */
export async function shortestStep(
  { model: whole, params: all }: TangentPoint,
  x: MatrixLike,
  kernel: Kernel,
  change: ArrayLike<number>,
  options: StepOptions = {},
): Promise<ShortestStep> {
  const { floor, signal, runtime: chosen } = checkSettings('linearity: shortestStep', settings, options);
  checkParams(whole, all);
  const inputs = inputsOf('x', x);
  const outputs = change.length / inputs.rows;
  const { rows, cols } = kernel.kernel;
  if (rows !== cols || rows !== change.length || !Number.isInteger(outputs)) {
    throw new InputError(
      'data',
      `linearity: shortestStep has ${inputs.rows} rows, a change of ${change.length} numbers and a kernel of ${rows} × ${cols}; a number for each output of each row is needed`,
    );
  }
  checkKernel('the kernel', kernel.kernel);
  checkFiniteValues('linearity: the change', Float64Array.from(change), 'give finite numbers', (i) => `entry ${i}`);
  const solved = solve(kernel, change, floor);
  const runtime = chosen ?? (await defaultRuntime());
  const { model, params, spread } = trainableOnly(whole, all);
  const graph = trace(
    { params: model.params as ParamSpec, row: f32(1, inputs.cols), weights: f32(1, outputs) },
    ({ params: at, row, weights }) => ({
      g: grad((w: Tensor) => reduceSum(mul(applyModel(model, w, row), weights)))(at),
    }),
  );
  const own = new Float32Array(params.length);
  const gradient = new Float32Array(params.length);
  await withScope(async (scope) => {
    let i = 0;
    const executable = scope.own(
      await compile(graph, runtime, {
        inputs: {
          params: { data: params },
          row: reading(() => inputs.data.subarray(i * inputs.cols, (i + 1) * inputs.cols)),
          weights: reading(() => solved.weights.subarray(i * outputs, (i + 1) * outputs)),
        },
        outputs: { g: reading(() => gradient) },
      }),
    );
    for (; i < inputs.rows; i++) {
      signal?.throwIfAborted();
      await executable.run();
      runtime.kernels.axpy(1, gradient, own);
    }
  });
  checkResult("the step's length", runtime.kernels.norm2(own));
  return { step: spread(own), length: solved.length, rank: solved.rank, change: solved.change };
}

/** K⁺ r, and what follows from it, in float64. */
function solve({ kernel, relativeError }: Kernel, change: ArrayLike<number>, given: number | undefined) {
  const matrix = MlMatrix.from1DArray(kernel.rows, kernel.rows, kernel.data);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const floor = given ?? relativeError * matrix.norm('frobenius');
  const weights = new Float64Array(change.length);
  const reached = new Float64Array(change.length);
  let [square, rank] = [0, 0];
  realEigenvalues.forEach((value, k) => {
    if (!(value > floor)) return;
    const vector = eigenvectorMatrix.getColumn(k);
    const part = vector.reduce((sum, v, i) => sum + v * change[i]!, 0);
    vector.forEach((v, i) => {
      weights[i]! += (v * part) / value;
      reached[i]! += v * part;
    });
    square += part ** 2 / value;
    rank++;
  });
  return { weights: Float32Array.from(weights), change: reached, length: Math.sqrt(square), rank };
}
