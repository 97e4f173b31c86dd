import type { Kernels } from '@unbraid/kernels';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { Vector } from '../basis.ts';
import { checkResult } from '../check.ts';
import { orthogonalize, ROUNDING, type SymmetricOperator } from '../lanczos.ts';

/** vᵀ f(A) v ≈ Σ weights · f(nodes) for a vector v of length 1: exact for polynomials up to degree 2 · nodes − 1. */
export interface Quadrature {
  /** Ritz values, in ascending order. */
  readonly nodes: readonly number[];
  /** Their sum is 1. */
  readonly weights: readonly number[];
}

/** What a quadrature is made with. */
export interface QuadratureOptions {
  /** One more than steps; the first holds v, of length 1, and all are overwritten. */
  readonly vectors: readonly Vector[];
  readonly kernels: Kernels;
  readonly signal?: AbortSignal | undefined;
  readonly onProduct?: (() => void) | undefined;
}

/**
 * Gauss quadrature by Lanczos (Golub and Welsch 1969): nodes are the eigenvalues of the tridiagonal matrix, weights the squares of the first entries of its
 * eigenvectors. Every vector is made orthogonal to all before it: without that Ritz values come several times (Ghorbani, Krishnan and Xiao 2019, section 2.1).
 * @throws {InputError} for a product with NaN or infinite entries
 */
export async function lanczosQuadrature(operator: SymmetricOperator, options: QuadratureOptions): Promise<Quadrature> {
  const { vectors, kernels, signal, onProduct } = options;
  const steps = vectors.length - 1;
  const [diagonal, beside]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    const next = vectors[step + 1]!;
    await operator.apply(vectors[step]!, next);
    onProduct?.();
    checkResult('a product with the matrix', kernels.norm2(next.data));
    const { coefficients, rest, share } = orthogonalize(kernels, vectors.slice(0, step + 1), next);
    diagonal.push(coefficients[step]!);
    // What is left is rounding: the vectors span all that v has a part in.
    if (share < ROUNDING || step === steps - 1) break;
    beside.push(rest);
    kernels.scale(next.data, 1 / rest);
  }
  return ofTridiagonal(diagonal, beside);
}

function ofTridiagonal(diagonal: readonly number[], beside: readonly number[]): Quadrature {
  const matrix = MlMatrix.diag([...diagonal]);
  beside.slice(0, diagonal.length - 1).forEach((value, i) => {
    matrix.set(i, i + 1, value);
    matrix.set(i + 1, i, value);
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[a]! - realEigenvalues[b]!);
  return {
    nodes: order.map((i) => realEigenvalues[i]!),
    weights: order.map((i) => eigenvectorMatrix.get(0, i) ** 2),
  };
}
