import {
  checkSettings,
  emitWarning,
  finite,
  InputError,
  integer,
  type MatrixLike,
  type WarningListener,
} from '@unbraid/checks';
import { grad, jvp, mul, type Runtime, reduceSum, stopGradient, type Tensor, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { object } from 'zod';
import { createScratch, createVectors } from './basis.ts';
import { checkParams, checkResult, inputsOf } from './check.ts';
import { beyondGram, gramKernel } from './gram-kernel.ts';
import { lanczos, unsettled } from './lanczos.ts';
import { shared, warnings } from './options.ts';
import { requireSmooth } from './smooth.ts';
import { tangentKernel } from './tangent-kernel.ts';
import type { TangentPoint } from './tangent-point.ts';
import { trainableOnly } from './trainable.ts';
import { compileOperator, type OperatorInputs } from './weight-operator.ts';

/** What `kernelSensitivity` takes beside the point and the inputs. */
export interface SensitivityOptions {
  /** Residual of the squared sensitivity at which the search ends, relative. Default 0.01. */
  readonly tolerance?: number;
  /** Most products with dKᵀ dK. Default 100. */
  readonly maxProducts?: number;
  /** Of the first vector. Default 0. */
  readonly seed?: number;
  /** Default `defaultRuntime()` of `@unbraid/graph/runtime`. */
  readonly runtime?: Runtime;
  /** When aborted, its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Is told where the search ended before the tolerance; by default a process warning. `converged` says it, too. */
  readonly onWarning?: WarningListener;
}

/** How fast a tangent kernel can change. */
export interface KernelSensitivity {
  /** max ‖dK[u]‖_F / ‖K‖_F over directions u of length 1: the relative change per distance in weight space, to first order. */
  readonly value: number;
  /** An exact stationary value lies within this of `value`. */
  readonly bound: number;
  readonly converged: boolean;
  /** The direction u in which the kernel changes most, flat; zeros for parameters that are not trained. */
  readonly direction: Float32Array;
}

const VECTORS = 12;

const settings = object({
  tolerance: finite({ above: 0 }).default(0.01),
  maxProducts: integer({ min: 3 }).default(100),
  seed: integer().default(0),
  ...shared,
  ...warnings,
});

/**
 * The direction in which the tangent kernel changes fastest, and how fast: the top singular vector of its derivative by the weights,
 * by Lanczos on dKᵀ dK, which is never formed. In a ball of radius R around the weights the kernel changes by `value` · R, relative, to
 * first order; training takes a direction of its own, in which it may change much less.
 * @throws {InputError} for models with parameters outside of dense layers, with kinks, or whose rows depend on each other; for settings, parameters or inputs
 * that don't fit, and where the kernel or a product overflows float32
 */
export async function kernelSensitivity(
  point: TangentPoint,
  inputs: MatrixLike,
  options: SensitivityOptions = {},
): Promise<KernelSensitivity> {
  const checked = checkSettings('linearity: kernelSensitivity', settings, options);
  const { tolerance, maxProducts, seed, signal, onWarning = emitWarning } = checked;
  checkParams(point.model, point.params);
  const x = inputsOf('x', inputs);
  const runtime = checked.runtime ?? (await defaultRuntime());
  const { model, params, spread } = trainableOnly(point.model, point.params);
  const { kernel } = await tangentKernel(point, x, x, { runtime, sampledRows: 0 });
  const size = runtime.kernels.norm2(kernel.data);
  return withScope(async (scope) => {
    const vectors = createVectors(scope, runtime, VECTORS, params.length);
    const operator = await compileOperator(scope, runtime, { model, params, x, vectors }, derivativeProduct(model));
    const { upper, upperVector, converged, products } = await lanczos(operator, {
      vectors,
      scratch: createScratch(scope, runtime, VECTORS),
      kernels: runtime.kernels,
      random: createRandom(seed).split('kernel sensitivity'),
      tolerance,
      maxProducts,
      signal,
    });
    const sigma = Math.sqrt(Math.max(0, upper.value));
    checkResult("the kernel's sensitivity", sigma / size);
    if (!converged) {
      const reached = upper.bound / upper.value;
      onWarning(unsettled('kernelSensitivity', { products, reached, tolerance }));
    }
    // d√λ = dλ / 2√λ
    return {
      value: sigma / size,
      bound: upper.bound / (2 * sigma * size),
      converged,
      direction: spread(upperVector.data.slice()),
    };
  });
}

/** v ↦ dKᵀ dK[v]: the gradient of ⟨dK[v], K⟩ with dK[v] held fixed. */
const derivativeProduct =
  (model: AnyModel) =>
  ({ params, v, x }: OperatorInputs): Tensor => {
    const { rest, meeting } = beyondGram(applyModel(model, params, x), params, x);
    if (rest.length > 0) {
      throw new InputError(
        'model',
        `linearity: the kernel's derivative is known for dense layers alone; ${rest.join(', ')} belong to other ones`,
      );
    }
    if (meeting !== undefined) {
      throw new InputError(
        'model',
        `linearity: the kernel's derivative is known for models whose rows don't depend on each other; here they meet in ${meeting}`,
      );
    }
    const kernelAt = (at: Tensor): Tensor => gramKernel(model, at, x, x)!;
    const { value, tangent } = jvp(kernelAt, params, v);
    requireSmooth("the kernel's derivative", value);
    return grad((at: Tensor) => reduceSum(mul(stopGradient(tangent), kernelAt(at))))(params);
  };

/** The weights at a distance from others, in a direction of length 1. */
export function movedAlong(params: Float32Array, direction: Float32Array, distance: number): Float32Array {
  return params.map((value, i) => value + distance * direction[i]!);
}

/** Their distance ‖a − b‖. */
export function distanceBetween(a: Float32Array, b: Float32Array): number {
  let square = 0;
  for (let i = 0; i < a.length; i++) square += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(square);
}
