import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { CholeskyDecomposition, Matrix as MlMatrix } from 'ml-matrix';

/** K + ridge · 1 = L Lᵀ, in float64. */
export interface Factored {
  /** (K + ridge · 1)⁻¹ B, of columns. */
  solve(columns: MlMatrix): MlMatrix;
  /** log det (K + ridge · 1) */
  readonly logDeterminant: number;
}

/** A matrix in float64. */
export const float64 = ({ rows, cols, data }: Matrix): MlMatrix => MlMatrix.from1DArray(rows, cols, data);

/** @throws {InputError} where K + ridge · 1 is not positive definite to rounding; nothing is added to it in silence */
export function factored(kernel: Matrix, ridge: number): Factored {
  const n = kernel.rows;
  const matrix = float64(kernel);
  // float32 entries of a kernel and its mirror image may differ in the last bit.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) matrix.set(j, i, matrix.get(i, j));
    matrix.set(i, i, matrix.get(i, i) + ridge);
  }
  const cholesky = new CholeskyDecomposition(matrix);
  if (!cholesky.isPositiveDefinite() || !hasPivots(cholesky.lowerTriangularMatrix, matrix)) {
    throw new InputError(
      'data',
      `linearity: the kernel of ${n} rows is not positive definite with a ridge of ${ridge}: rows are alike, or rounding is larger than its smallest ` +
        `eigenvalue; raise the ridge above ${(2 ** -23 * trace(kernel)).toExponential(0)}`,
    );
  }
  const { lowerTriangularMatrix: lower } = cholesky;
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(lower.get(i, i));
  return { solve: (columns) => cholesky.solve(columns), logDeterminant };
}

/** Whether no pivot is rounding alone, of its diagonal entry: n roundings of float64. */
function hasPivots(lower: MlMatrix, matrix: MlMatrix): boolean {
  const n = matrix.rows;
  for (let i = 0; i < n; i++) if (!(lower.get(i, i) ** 2 > n * Number.EPSILON * matrix.get(i, i))) return false;
  return true;
}

function trace({ rows, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * rows + i]!;
  return sum;
}
