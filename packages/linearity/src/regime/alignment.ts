import { InputError, type MatrixLike } from '@unbraid/checks';
import { checkKernel, targetsOf } from '../check.ts';
import type { Kernel } from '../tangent-kernel.ts';

/**
 * ⟨K, y yᵀ⟩ / (‖K‖_F ‖y‖²): the cosine between a kernel and its targets (Cristianini et al. 2001), from 0 to 1 for a kernel without negative eigenvalues; 1 where the
 * targets are its only feature.
 * @param y a number for each row of the kernel: of each output of each input, in that order
 * @throws {InputError} for targets that don't fit, and a kernel or targets of zeros
 */
export function kernelAlignment({ kernel }: Kernel, y: MatrixLike | Float32Array | Float64Array): number {
  checkKernel('the kernel', kernel);
  const { rows, cols, data } = kernel;
  const targets = targetsOf(y, rows);
  if (rows !== cols || targets.cols !== 1)
    throw new InputError(
      'data',
      `linearity: a kernel of ${rows} × ${cols} and ${targets.cols} targets a row have no alignment; one of each row is needed`,
    );
  let [inner, squares, size] = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    size += targets.data[i]! ** 2;
    for (let j = 0; j < cols; j++) {
      const value = data[i * cols + j]!;
      squares += value ** 2;
      inner += value * targets.data[i]! * targets.data[j]!;
    }
  }
  if (squares > 0 && size > 0) return inner / (Math.sqrt(squares) * size);
  throw new InputError(
    'data',
    `linearity: ${squares > 0 ? 'targets' : 'kernels'} of zeros have no alignment; give others`,
  );
}
