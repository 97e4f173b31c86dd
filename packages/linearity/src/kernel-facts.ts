import { InputError } from '@unbraid/checks';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { checkKernel } from './check.ts';
import type { Eigenvalue } from './lanczos.ts';
import type { Kernel } from './tangent-kernel.ts';

/**
 * ‖K − K₀‖_F / ‖K₀‖_F: how far a kernel has moved. `bound` is what rounding of the two kernels may add to it.
 * @throws {InputError} for kernels of different sizes, entries that are not finite, and a K₀ of zeros
 */
export function kernelChange(before: Kernel, after: Kernel): Eigenvalue {
  const [a, b] = [before.kernel, after.kernel];
  if (a.rows !== b.rows || a.cols !== b.cols) {
    throw new InputError(
      'data',
      `linearity: a kernel of ${a.rows} × ${a.cols} cannot be compared with one of ${b.rows} × ${b.cols}`,
    );
  }
  checkKernel('the kernel before', a);
  checkKernel('the kernel after', b);
  const size = frobenius(a.data);
  if (size === 0)
    throw new InputError('data', 'linearity: the kernel before is 0; a change relative to it has no value');
  const difference = frobenius(a.data.map((value, i) => b.data[i]! - value));
  const rounding = before.relativeError + (after.relativeError * frobenius(b.data)) / size;
  return { value: difference / size, bound: rounding };
}

/** The smallest and the largest eigenvalue of a kernel. */
export interface KernelSpectrum {
  readonly smallest: number;
  readonly largest: number;
  /** All eigenvalues, in ascending order. */
  readonly values: readonly number[];
  /** No eigenvalue is further off than this, by rounding of the kernel (Weyl) and of the decomposition. */
  readonly bound: number;
}

/**
 * The spectrum of a square kernel, in float64; n³ multiply-adds, for n up to a few thousand.
 * @throws {InputError} for a kernel that is not square, or has entries that are not finite
 */
export function kernelSpectrum({ kernel, relativeError }: Kernel): KernelSpectrum {
  const { rows, cols, data } = kernel;
  if (rows !== cols) throw new InputError('data', `linearity: a kernel of ${rows} × ${cols} has no eigenvalues`);
  checkKernel('the kernel', kernel);
  const matrix = MlMatrix.from1DArray(rows, rows, data);
  const { realEigenvalues } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const values = realEigenvalues.toSorted((a, b) => a - b);
  const bound = (relativeError + rows * Number.EPSILON) * frobenius(data);
  return { smallest: values[0]!, largest: values.at(-1)!, values, bound };
}

/**
 * μ of the PL* condition ½ ‖∇L‖² ≥ μ L for L = ½ Σ (f − y)²: the smallest eigenvalue of the kernel (Liu, Zhu and Belkin 2020). It is
 * positive for certain where `value` is above `bound`.
 */
export function plConstant(kernel: Kernel): Eigenvalue {
  const { smallest, bound } = kernelSpectrum(kernel);
  return { value: smallest, bound };
}

/**
 * The learning rate from which on gradient descent on the mean squared error grows in the direction of the kernel's top eigenvector,
 * as long as the kernel stays the same: N / λ_max, for the mean over N numbers. Infinite for a kernel of zeros.
 * @throws {InputError} as `kernelSpectrum`
 */
export function largestRate(kernel: Kernel): number {
  return kernel.kernel.rows / kernelSpectrum(kernel).largest;
}

function frobenius(values: Float32Array): number {
  let square = 0;
  for (const value of values) square += value * value;
  return Math.sqrt(square);
}
