import {
  callback,
  checkSettings,
  emitWarning,
  finite,
  given,
  InputError,
  integer,
  type MatrixLike,
  oneOf,
  type WarningListener,
} from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { hvp, type Runtime, reduceSum, type Tensor, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { object } from 'zod';
import { createScratch, createVectors } from './basis.ts';
import { checkParams, inputsOf, rejectVanishing } from './check.ts';
import { fuseSums } from './fuse-sums.ts';
import { type Eigenvalue, lanczos, type SpectrumEnds, unsettled } from './lanczos.ts';
import { availableMemory, checkMemory } from './memory.ts';
import { shared, warnings } from './options.ts';
import { kinksOf, requireSmooth } from './smooth.ts';
import { trainableOnly } from './trainable.ts';
import { compileOperator, type OperatorInputs } from './weight-operator.ts';

/** A function of the weights: a model's scalar output at one input, or a scalar made of its outputs. */
export interface WeightFunction {
  readonly model: AnyModel;
  /** w, flat. */
  readonly params: Float32Array;
  /** One row, unless `scalar` makes one number of the outputs of several; a matrix, or rows of numbers. */
  readonly x: MatrixLike;
  /** Makes a scalar of the outputs `[rows, c]`. Default: the single output. */
  readonly scalar?: (outputs: Tensor) => Tensor;
}

/** What `hessianNorm` takes beside the function. */
export interface HessianOptions {
  /** Largest residual of an end of the spectrum, relative to the norm. Default 0.001. */
  readonly tolerance?: number;
  /** Most Hessian-vector products. Default 300. */
  readonly maxProducts?: number;
  /** Vectors that are kept, 4 to 40. Default: 40, or fewer where they would take more than 3.7 GB. */
  readonly vectors?: number;
  /**
   * What is done about operators with kinks, such as ReLU, which have no second derivative there: `refuse`, the default, or `pieces`, which takes the
   * Hessian of the smooth piece that the weights are in; it leaves out what the kinks add to the bend of the function.
   */
  readonly kinks?: 'refuse' | 'pieces';
  /** Is told after each product how far the search has come: products, and the residual relative to the norm. */
  readonly onProduct?: (products: number, residual: number) => void;
  /** Of the first vector. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly runtime?: Runtime;
  /** Memory that may be taken beside the parameters, in bytes; by default what the system has to give. */
  readonly availableBytes?: number;
  /** Is told where the search ended before the tolerance; by default a process warning. `converged` says it, too. */
  readonly onWarning?: WarningListener;
}

/** The same, its inputs a matrix. */
export type PreparedFunction = WeightFunction & { readonly x: Matrix };

const MOST_VECTORS = 40;
/** What Lanczos cannot do without. */
export const FEWEST_VECTORS = 4;

const weightFunction = object({
  model: given<AnyModel>(),
  params: given<Float32Array>(),
  x: given<MatrixLike>(),
  scalar: callback<(outputs: Tensor) => Tensor>().optional(),
});

/**
 * The function by the parameters that are trained.
 * @throws {InputError} for entries, parameters or inputs that don't fit
 */
export function functionOf(who: string, f: WeightFunction): PreparedFunction {
  const { model, params, x: given, scalar } = checkSettings(who, weightFunction, f);
  checkParams(model, params);
  const x = inputsOf('x', given);
  const { spread: _, ...point } = trainableOnly(model, params);
  return { ...point, x, ...(scalar && { scalar }) };
}

const settings = object({
  tolerance: finite({ above: 0 }).default(1e-3),
  maxProducts: integer({ min: 3 }).default(300),
  vectors: integer({ min: FEWEST_VECTORS, max: MOST_VECTORS }).optional(),
  kinks: oneOf('refuse', 'pieces').default('refuse'),
  onProduct: callback<(products: number, residual: number) => void>().optional(),
  seed: integer().default(0),
  availableBytes: finite({ above: 0 }).optional(),
  ...shared,
  ...warnings,
});

/** ‖H‖₂ with both ends of the spectrum. */
export interface HessianNorm extends SpectrumEnds {
  /** The larger magnitude of the two ends, and the bound of that end. */
  readonly norm: Eigenvalue;
  /** Operators with kinks, by name: where there are any, this is the Hessian of a piece. */
  readonly kinks: readonly string[];
}

/** By default vectors take at most this much: with parameters and the graph's own memory 10⁸ parameters stay below 6 GB. */
const VECTOR_BYTES = 3.7e9;
/** What a product takes inside the runtime, in vectors, where the largest layer's terms can't be fused. */
const WORKSPACE = 2;

/**
 * The spectral norm of the Hessian of a function of the weights that are trained, from Hessian-vector products alone (forward over reverse, one
 * graph): thick-restart Lanczos to a residual. `bound` says how far an eigenvalue can be from each value; products are of float32,
 * so bounds below 1e-5 of the norm are not reached.
 * @throws {InputError} for settings out of range, a model with kinks unless `kinks` says otherwise, inputs of norm 0, more than one output without `scalar`, more memory than there is,
 * or products that overflow float32
 */
export async function hessianNorm(whole: WeightFunction, options: HessianOptions = {}): Promise<HessianNorm> {
  const f = functionOf('linearity: hessianNorm', whole);
  const {
    tolerance,
    maxProducts,
    seed,
    signal,
    vectors: wanted,
    availableBytes,
    runtime: chosen,
    onWarning = emitWarning,
    kinks: aboutKinks,
    onProduct,
  } = checkSettings('linearity: hessianNorm', settings, options);
  const size = f.params.length;
  const count = wanted ?? vectorsFor(size);
  checkMemory('the Hessian', size, hessianBytes(size, count), availableBytes ?? availableMemory());
  const runtime = chosen ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const vectors = createVectors(scope, runtime, count, size);
    const kinks = new Set<string>();
    const watch = (y: Tensor, at: Tensor) => {
      if (aboutKinks === 'refuse') requireSmooth('the Hessian', y);
      for (const name of kinksOf(y, at)) kinks.add(name);
    };
    const operator = await compileOperator(scope, runtime, { ...f, vectors }, hessianProduct(f, watch));
    const { lower, upper, products, converged } = await lanczos(operator, {
      vectors,
      scratch: createScratch(scope, runtime, count),
      kernels: runtime.kernels,
      random: createRandom(seed).split('lanczos'),
      tolerance,
      maxProducts,
      signal,
      onProduct,
    });
    const norm = largerEnd(lower, upper);
    rejectVanishing('x', f.x, () => norm.value === 0);
    if (!converged) {
      const reached = Math.max(lower.bound, upper.bound) / norm.value;
      onWarning(unsettled('hessianNorm', { products, reached, tolerance }));
    }
    return { norm, lower, upper, products, converged, kinks: [...kinks] };
  });
}

/** Bytes that `hessianNorm` takes beside the parameters, with so many vectors. */
export const hessianBytes = (parameters: number, vectors: number): number => 4 * parameters * (vectors + WORKSPACE);

const largerEnd = (lower: Eigenvalue, upper: Eigenvalue): Eigenvalue => {
  const end = Math.abs(lower.value) > Math.abs(upper.value) ? lower : upper;
  return { value: Math.abs(end.value), bound: end.bound };
};

/** Vectors of Lanczos for so many parameters. */
export const vectorsFor = (size: number): number =>
  Math.max(FEWEST_VECTORS, Math.min(MOST_VECTORS, Math.floor(VECTOR_BYTES / (4 * size))));

/** The scalar that is differentiated. @throws {InputError} where the outputs are more than one number and nothing makes them one */
export function scalarOf({ scalar, x }: PreparedFunction, outputs: Tensor): Tensor {
  if (scalar) return scalar(outputs);
  if (outputs.shape.every((d) => d === 1)) return reduceSum(outputs);
  throw new InputError(
    'data',
    `linearity: a scalar function of the weights is needed, the model gives [${outputs.shape.join(', ')}] for ${x.rows} rows; ` +
      'pass one row and one output, or `scalar`, which makes a number of them',
  );
}

/** v ↦ H v, forward over reverse; `watch` sees the function's value and the weights it is taken at. */
export const hessianProduct =
  (f: PreparedFunction, watch: (y: Tensor, at: Tensor) => void) =>
  ({ params, v, x }: OperatorInputs): Tensor => {
    const product = hvp((at: Tensor) => {
      const y = scalarOf(f, applyModel(f.model, at, x));
      watch(y, at);
      return y;
    });
    return fuseSums(product(params, v));
  };
