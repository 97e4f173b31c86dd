import { callback, checkSettings, finite, InputError, integer, oneOf } from '@unbraid/checks';
import { f32, type Runtime, type Scope, type Tensor, trace, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { applyModel, type ParamSpec } from '@unbraid/nn';
import { object } from 'zod';
import { createVectors } from '../basis.ts';
import { compileKernelOperator, gaussNewtonProduct } from '../curvature-products.ts';
import { functionOf, hessianProduct, type PreparedFunction, type WeightFunction } from '../hessian.ts';
import type { SymmetricOperator } from '../lanczos.ts';
import { availableMemory, checkMemory } from '../memory.ts';
import { shared } from '../options.ts';
import { kinksOf, requireSmooth } from '../smooth.ts';
import { compileOperator } from '../weight-operator.ts';
import { type Estimate, spectralMean } from './estimates.ts';
import { lanczosQuadrature, type Quadrature } from './quadrature.ts';

/** What `spectralDensity` takes beside the function. */
export interface SpectralOptions {
  /**
   * `hessian` of the scalar by the weights; `gaussNewton`, Jᵀ H_L J, where `scalar` is the loss of the outputs (½ ‖f‖² by default, so that it is Jᵀ J);
   * `tangentKernel`, J Jᵀ of all rows and outputs, which takes no scalar.
   */
  readonly matrix: 'hessian' | 'gaussNewton' | 'tangentKernel';
  /** Random vectors over which is averaged, 2 at least. Default 10. */
  readonly probes?: number;
  /** Steps of Lanczos from each, of at most the matrix's size: so many nodes has a quadrature, so many products it takes. Default 80. */
  readonly steps?: number;
  /** Standard deviation of the Gaussian that a node becomes in the density, in the eigenvalues' unit. Default: a hundredth of their range. */
  readonly width?: number;
  /** What is done about kinks, as in `hessianNorm`; of no effect on the other two matrices, which have no second derivatives. */
  readonly kinks?: 'refuse' | 'pieces';
  /** Of the probes. Default 0. */
  readonly seed?: number;
  /** Is told after each product how many there were, of all. */
  readonly onProduct?: (products: number, total: number) => void;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
  /** Memory that may be taken, in bytes; by default what the system has to give. */
  readonly availableBytes?: number;
}

/** A spectrum as a density, of total mass 1. */
export interface SpectralDensity {
  readonly matrix: SpectralOptions['matrix'];
  /** N: rows of the matrix. */
  readonly size: number;
  /** A quadrature from each probe. */
  readonly probes: readonly Quadrature[];
  /** Standard deviation of the Gaussian kernel of `densityAt`. */
  readonly width: number;
  /** The outermost Ritz values of all probes: the spectrum reaches at least as far, and little further once steps are many. */
  readonly lower: number;
  readonly upper: number;
  /** tr Aᵏ / N for k = 1 to 4, each with its standard error over probes. */
  readonly moments: readonly Estimate[];
  /** Products with the matrix. */
  readonly products: number;
  /** Operators with kinks, by name: where there are any, this is the Hessian of a piece. */
  readonly kinks: readonly string[];
}

const settings = object({
  matrix: oneOf('hessian', 'gaussNewton', 'tangentKernel'),
  probes: integer({ min: 2 }).default(10),
  steps: integer({ min: 2 }).default(80),
  width: finite({ above: 0 }).optional(),
  kinks: oneOf('refuse', 'pieces').default('refuse'),
  seed: integer().default(0),
  onProduct: callback<(products: number, total: number) => void>().optional(),
  availableBytes: finite({ above: 0 }).optional(),
  ...shared,
});

/** Vectors that a product takes inside the runtime. */
const WORKSPACE = 3;
const MOMENTS = 4;

/**
 * The spectral density of a matrix that is known by its products, by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017; Ghorbani, Krishnan and Xiao
 * 2019): probes are random signs, of length 1, each with its Gauss quadrature, and their mean estimates tr f(A) / N for any f. With full reorthogonalization.
 * Weights are those that are trained; all rows are one batch.
 * @throws {InputError} for settings or a function that don't fit, kinks unless `kinks` says otherwise, more memory than there is, and products that overflow float32
 */
export async function spectralDensity(whole: WeightFunction, options: SpectralOptions): Promise<SpectralDensity> {
  const f = functionOf('linearity: spectralDensity', whole);
  const checked = checkSettings('linearity: spectralDensity', settings, options);
  const { matrix, probes, seed, signal, onProduct } = checked;
  const size = matrix === 'tangentKernel' ? f.x.rows * outputsOf(f) : f.params.length;
  const steps = Math.min(checked.steps, size);
  const bytes = 4 * (size * (steps + 1) + WORKSPACE * f.params.length);
  checkMemory('the spectral density', f.params.length, bytes, checked.availableBytes ?? availableMemory());
  const runtime = checked.runtime ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const vectors = createVectors(scope, runtime, steps + 1, size);
    const kinks = new Set<string>();
    const watch = (y: Tensor, at: Tensor) => {
      if (checked.kinks === 'refuse') requireSmooth('the Hessian', y);
      for (const name of kinksOf(y, at)) kinks.add(name);
    };
    const operator = await operatorOf(scope, runtime, { ...f, matrix, vectors, watch });
    const found: Quadrature[] = [];
    let products = 0;
    for (let probe = 0; probe < probes; probe++) {
      const start = vectors[0]!.data;
      createRandom(seed).split('spectral density').split(probe).sign(start);
      runtime.kernels.scale(start, 1 / Math.sqrt(size));
      const told = () => {
        products++;
        onProduct?.(products, probes * steps);
      };
      found.push(await lanczosQuadrature(operator, { vectors, kernels: runtime.kernels, signal, onProduct: told }));
    }
    return summarized({ matrix, size, probes: found, products, kinks: [...kinks] }, checked.width);
  });
}

function summarized(
  found: Pick<SpectralDensity, 'matrix' | 'size' | 'probes' | 'products' | 'kinks'>,
  given: number | undefined,
): SpectralDensity {
  const lower = Math.min(...found.probes.map(({ nodes }) => nodes[0]!));
  const upper = Math.max(...found.probes.map(({ nodes }) => nodes.at(-1)!));
  const range = upper - lower || Math.abs(upper) || 1;
  const moments = Array.from({ length: MOMENTS }, (_, k) => spectralMean(found, (value) => value ** (k + 1)));
  return { ...found, width: given ?? range / 100, lower, upper, moments };
}

interface Wanted extends PreparedFunction {
  readonly matrix: SpectralOptions['matrix'];
  readonly vectors: Parameters<typeof compileOperator>[2]['vectors'];
  readonly watch: (y: Tensor, at: Tensor) => void;
}

function operatorOf(scope: Scope, runtime: Runtime, f: Wanted): Promise<SymmetricOperator> {
  if (f.matrix === 'hessian') return compileOperator(scope, runtime, f, hessianProduct(f, f.watch));
  if (f.matrix === 'gaussNewton') return compileOperator(scope, runtime, f, gaussNewtonProduct(f));
  return compileKernelOperator(scope, runtime, { ...f, outputs: outputsOf(f) });
}

/** c of outputs `[rows, c]`. @throws {InputError} for others, and where there is a scalar, which the tangent kernel has no use for */
function outputsOf({ model, x, scalar }: PreparedFunction): number {
  if (scalar)
    throw new InputError('setting', "linearity: spectralDensity of the 'tangentKernel' takes no scalar; leave it out");
  const specs = { params: model.params as ParamSpec, x: f32(x.rows, x.cols) };
  const { shape } = trace(specs, (t) => ({ y: applyModel(model, t.params as Tensor, t.x) })).outputs.y;
  if (shape.length === 2 && shape[0] === x.rows) return shape[1]!;
  throw new InputError(
    'model',
    `linearity: the model gives [${shape.join(', ')}] for ${x.rows} rows; [rows, c] is needed`,
  );
}
