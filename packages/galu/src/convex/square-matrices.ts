import { InputError } from '@unbraid/checks';
import { cholesky } from '../cholesky.ts';

/** out += Q w for a matrix of d × d. */
export function addProduct(q: Float64Array, w: Float64Array, out: Float64Array): Float64Array {
  const d = w.length;
  for (let s = 0; s < d; s++) {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += q[s * d + t]! * w[t]!;
    out[s]! += sum;
  }
  return out;
}

/** The sum of the diagonal of a matrix of d × d. */
export function trace(q: Float64Array, d: number): number {
  let sum = 0;
  for (let t = 0; t < d; t++) sum += q[t * d + t]!;
  return sum;
}

/** Q + shift · I, in place. */
export function addToDiagonal(q: Float64Array, d: number, shift: number): void {
  for (let t = 0; t < d; t++) q[t * d + t]! += shift;
}

/** What stands below the diagonal also above it, in place. */
export function mirror(q: Float64Array, d: number): void {
  for (let s = 0; s < d; s++) for (let t = 0; t < s; t++) q[t * d + s] = q[s * d + t]!;
}

/**
 * Factors a matrix of a convex program in place, as `cholesky`.
 * @throws {InputError} where rounding leaves it without a factor
 */
export function factorize(matrix: Float64Array, size: number): void {
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
