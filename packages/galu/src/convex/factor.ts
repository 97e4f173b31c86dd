import { InputError } from '@unbraid/checks';
import { cholesky } from '../cholesky.ts';

/**
 * Factors a matrix of a convex program in place, as `cholesky`.
 * @throws {InputError} where rounding leaves it without a factor
 */
export function factor(matrix: Float64Array, size: number): void {
  try {
    cholesky(matrix, size);
  } catch (cause) {
    throw new InputError(
      'data',
      'galu: the convex program is beyond double precision; raise penalty, or bring the columns of X to one scale',
      { cause },
    );
  }
}
