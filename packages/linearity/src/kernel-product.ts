import { checkFiniteValues, checkSettings, finite, InputError, integer, type MatrixLike } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { compile, f32, input, jvp, mapTree, type Tensor, trace, vjp, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import { object } from 'zod';
import { checkParams, inputsOf } from './check.ts';
import { shared } from './options.ts';
import type { KernelOptions } from './tangent-kernel.ts';
import type { TangentPoint } from './tangent-point.ts';
import { trainableOnly } from './trainable.ts';

/** What functions of kernel products take beside the point and the inputs. */
export type ProductOptions = Pick<KernelOptions, 'runtime' | 'signal'>;

/** v ↦ K v. @param v a number for each output of each row, [n · c] @returns new numbers, as many */
export type KernelProduct = (v: ArrayLike<number>) => Promise<Float32Array>;

/**
 * Products with the tangent kernel of `x` with itself, which is never formed: K v = J (Jᵀ v), one pass back and one forward for all rows and outputs together. All
 * rows are one batch, so it is the true kernel, too, where rows of a batch depend on each other. Memory is that of the batch.
 * @param x n × d
 * @param use is given the product and the number of outputs c, and may call it as often as it wants until its promise settles
 * @returns what `use` gives
 * @throws {InputError} for settings, parameters or inputs that don't fit, a vector of another length or that is not finite, and products that overflow float32
 */
export async function withKernelProduct<T>(
  { model: whole, params: all }: TangentPoint,
  x: MatrixLike,
  use: (product: KernelProduct, outputs: number) => Promise<T>,
  options: ProductOptions = {},
): Promise<T> {
  const { signal, runtime: chosen } = checkSettings('linearity: withKernelProduct', object({ ...shared }), options);
  checkParams(whole, all);
  const batch = inputsOf('x', x);
  const { model, params } = trainableOnly(whole, all);
  const runtime = chosen ?? (await defaultRuntime());
  const shape = shapeOf({ model, params }, batch);
  const size = shape[0] * shape[1];
  const specs = { params: model.params as ParamSpec, batch: f32(batch.rows, batch.cols), v: f32(...shape) };
  const graph = trace(specs, ({ params: at, batch: rows, v }) => {
    const f = (w: Tensor) => applyModel(model, w, rows);
    return { product: jvp(f, at, vjp(f, at, v).cotangent).tangent };
  });
  return withScope(async (scope) => {
    const inputs = { params: { data: params }, batch: { data: batch.data } };
    const executable = scope.own(await compile(graph, runtime, { inputs }));
    return use(async (v) => {
      signal?.throwIfAborted();
      if (v.length !== size)
        throw new InputError(
          'data',
          `linearity: the vector has ${v.length} entries, the kernel ${size} columns: a number for each of ${shape[1]} outputs of ${shape[0]} rows`,
        );
      const given = executable.inputs.v.float32;
      given.set(v);
      checkFiniteValues('linearity: the vector', given, 'give finite numbers', (i) => `entry ${i}`);
      await executable.run();
      const result = executable.outputs.product.float32.slice();
      checkFiniteValues(
        'linearity: a product with the kernel',
        result,
        'scale inputs or weights down',
        (i) => `entry ${i}`,
      );
      return result;
    }, shape[1]);
  });
}

function shapeOf({ model }: TangentPoint, { rows, cols }: Matrix): [number, number] {
  const tree = mapTree<unknown, Tensor>(model.params, ({ shape, dtype }, path) => input(path, shape, dtype));
  const { shape } = applyModel(model, tree, input('x', [rows, cols], 'float32'));
  if (shape.length === 2) return shape as unknown as [number, number];
  throw new InputError(
    'model',
    `linearity: the model gives [${shape.join(', ')}] for ${rows} rows; [rows, c] is needed`,
  );
}

/** Kernel regression by `solveKernel`. */
export interface KernelSolution {
  /** α, [n · c]: the kernel of new rows with these times α is the prediction. */
  readonly weights: Float64Array;
  /** ‖y − (K + λ) α‖ / ‖y‖, measured in the end. */
  readonly residual: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** What `solveKernel` takes beside the point, the rows and the targets. */
export interface SolveOptions extends ProductOptions {
  /** λ, added to the kernel's diagonal; in the unit of its entries. Default 0. */
  readonly ridge?: number;
  /** Relative residual at which it ends; float32 has about 1e-6. Default 1e-4. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
}

const solving = object({
  ridge: finite({ min: 0 }).default(0),
  tolerance: finite({ above: 0 }).default(1e-4),
  maxIterations: integer({ min: 1 }).default(1000),
  ...shared,
});

/**
 * (K + λ) α = y by conjugate gradients on products with the tangent kernel, which is never formed (Hestenes and Stiefel 1952).
 * @param x n × d
 * @param y a number for each output of each row, [n · c]
 * @throws {InputError} as `withKernelProduct`, and for targets that are not finite or all 0
 */
export async function solveKernel(
  point: TangentPoint,
  x: MatrixLike,
  y: ArrayLike<number>,
  options: SolveOptions = {},
): Promise<KernelSolution> {
  const { ridge, tolerance, maxIterations, ...rest } = checkSettings('linearity: solveKernel', solving, options);
  const own = { ...(rest.runtime && { runtime: rest.runtime }), ...(rest.signal && { signal: rest.signal }) };
  return withKernelProduct(
    point,
    x,
    async (product) => {
      const times = async (v: Float64Array) =>
        (await product(v)).reduce(addRidge(v, ridge), new Float64Array(v.length));
      const target = Float64Array.from(y);
      checkFiniteValues('linearity: y', target, 'give finite numbers', (i) => `entry ${i}`);
      const scale = Math.sqrt(dot(target, target));
      if (scale === 0) throw new InputError('data', 'linearity: the targets are all 0, and so is the solution');
      const weights = new Float64Array(target.length);
      const left = target.slice();
      let direction = left.slice();
      let square = dot(left, left);
      let iterations = 0;
      while (iterations < maxIterations && Math.sqrt(square) > tolerance * scale) {
        const image = await times(direction);
        const step = square / dot(direction, image);
        if (!(step > 0 && Number.isFinite(step))) break;
        for (let i = 0; i < left.length; i++) {
          weights[i]! += step * direction[i]!;
          left[i]! -= step * image[i]!;
        }
        const next = dot(left, left);
        direction = direction.map((value, i) => left[i]! + (next / square) * value);
        square = next;
        iterations++;
      }
      const image = await times(weights);
      const residual = Math.sqrt(image.reduce((sum, value, i) => sum + (target[i]! - value) ** 2, 0)) / scale;
      return { weights, residual, iterations, converged: residual <= 2 * tolerance };
    },
    own,
  );
}

const addRidge = (v: Float64Array, ridge: number) => (sum: Float64Array, value: number, i: number) => {
  sum[i] = value + ridge * v[i]!;
  return sum;
};

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
