import { callback, checkSettings, emitWarning, finite, integer } from '@unbraid/checks';
import { withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { object } from 'zod';
import { createScratch, createVectors } from './basis.ts';
import { rejectVanishing } from './check.ts';
import { gaussNewtonProduct } from './curvature-products.ts';
import { functionOf, type HessianOptions, hessianBytes, vectorsFor, type WeightFunction } from './hessian.ts';
import { type Eigenvalue, lanczos, unsettled } from './lanczos.ts';
import { availableMemory, checkMemory } from './memory.ts';
import { shared, warnings } from './options.ts';
import { compileOperator } from './weight-operator.ts';

/** What `gaussNewtonNorm` takes beside the function. */
export type GaussNewtonOptions = Omit<HessianOptions, 'kinks' | 'vectors'>;

/** ‖G‖₂ of a generalized Gauss-Newton matrix. */
export interface GaussNewtonNorm {
  /** The larger magnitude of both ends of the spectrum; of a convex `scalar`, whose G has no eigenvalue below 0, the largest eigenvalue. */
  readonly norm: Eigenvalue;
  /** Products with G. */
  readonly products: number;
  readonly converged: boolean;
}

const settings = object({
  tolerance: finite({ above: 0 }).default(1e-3),
  maxProducts: integer({ min: 3 }).default(300),
  onProduct: callback<(products: number, residual: number) => void>().optional(),
  seed: integer().default(0),
  availableBytes: finite({ above: 0 }).optional(),
  ...shared,
  ...warnings,
});

/**
 * The spectral norm of the generalized Gauss-Newton matrix G = Jᵀ (∇²ℓ) J of ℓ(f(w)): the Hessian without the part Σ ∂ℓ/∂f ∇²f (Schraudolph 2002; Martens 2020,
 * section 8). It is what there is of the Hessian of a network of ReLU, whose own second derivative is 0 wherever it exists and says nothing of its kinks; so
 * the model may have kinks, and ℓ may not. It isn't the Hessian, nor a bound on it, where the model bends.
 * @param whole its `scalar` is ℓ of the outputs `[rows, c]` of all rows; by default half the sum of their squares, whose G is Jᵀ J, with the eigenvalues of the tangent kernel and zeros
 * @throws {InputError} as `hessianNorm`, and for an ℓ with kinks
 */
export async function gaussNewtonNorm(
  whole: WeightFunction,
  options: GaussNewtonOptions = {},
): Promise<GaussNewtonNorm> {
  const f = functionOf('linearity: gaussNewtonNorm', whole);
  const checked = checkSettings('linearity: gaussNewtonNorm', settings, options);
  const { tolerance, maxProducts, seed, signal, availableBytes, onProduct, onWarning = emitWarning } = checked;
  const size = f.params.length;
  const count = vectorsFor(size);
  checkMemory('the Gauss-Newton matrix', size, hessianBytes(size, count), availableBytes ?? availableMemory());
  const runtime = checked.runtime ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const vectors = createVectors(scope, runtime, count, size);
    const operator = await compileOperator(scope, runtime, { ...f, vectors }, gaussNewtonProduct(f));
    const { lower, upper, products, converged } = await lanczos(operator, {
      vectors,
      scratch: createScratch(scope, runtime, count),
      kernels: runtime.kernels,
      random: createRandom(seed).split('gauss-newton'),
      ...{ tolerance, maxProducts, signal, onProduct },
    });
    const end = Math.abs(lower.value) > Math.abs(upper.value) ? lower : upper;
    const norm = { value: Math.abs(end.value), bound: end.bound };
    rejectVanishing('x', f.x, () => norm.value === 0);
    if (!converged) {
      const reached = Math.max(lower.bound, upper.bound) / norm.value;
      onWarning(unsettled('gaussNewtonNorm', { products, reached, tolerance }));
    }
    return { norm, products, converged };
  });
}
