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

/** What is said where rounding left a matrix without a factor. */
export const beyondPrecision = (cause: unknown): InputError =>
  new InputError(
    'data',
    'galu: the convex program is beyond double precision; raise penalty, or bring the columns of X to one scale',
    { cause },
  );

/** Sides up to which a matrix is tried again. */
const SMALL = 1024;

/** What is added to the diagonal of a small matrix that rounding left without a factor, as shares of its mean. */
const SHIFTS = [1e-15, 1e-13, 1e-11, 1e-9];

/**
 * Factors a matrix of a convex program in place, as `cholesky`; a small one with a little more on its diagonal where rounding left it without a factor, as walls of thin cones do.
 * @throws {InputError} where there is none even so
 */
export function factorize(matrix: Float64Array, size: number): void {
  const shifts = size <= SMALL ? SHIFTS : [];
  const before = shifts.length > 0 ? matrix.slice() : matrix;
  const share = trace(matrix, size) / size;
  for (let again = 0; ; again++) {
    try {
      cholesky(matrix, size);
      return;
    } catch (cause) {
      if (again >= shifts.length) throw beyondPrecision(cause);
      matrix.set(before);
      addToDiagonal(matrix, size, shifts[again]! * share);
    }
  }
}

/**
 * H += Σ_i weights_i x_i x_iᵀ over some rows of X, its lower triangle: four rows at a time, so that H is read and written once for all of them.
 * @param h d × d
 * @param x rows of d
 * @param rows which of them
 * @param weights one for each of `rows`
 */
export function addSquares(
  h: Float64Array,
  { x, rows, weights }: { readonly x: Float64Array; readonly rows: Int32Array; readonly weights: Float64Array },
): void {
  const d = Math.sqrt(h.length);
  const last = rows.length - 1;
  const start = (i: number) => rows[Math.min(i, last)]! * d;
  const weight = (i: number) => (i <= last ? weights[i]! : 0);
  for (let i = 0; i <= last; i += 4) {
    const [a0, a1, a2, a3] = [start(i), start(i + 1), start(i + 2), start(i + 3)];
    const [w0, w1, w2, w3] = [weight(i), weight(i + 1), weight(i + 2), weight(i + 3)];
    for (let s = 0; s < d; s++) {
      const [c0, c1, c2, c3] = [w0 * x[a0 + s]!, w1 * x[a1 + s]!, w2 * x[a2 + s]!, w3 * x[a3 + s]!];
      for (let t = 0, at = s * d; t <= s; t++, at++)
        h[at]! += c0 * x[a0 + t]! + c1 * x[a1 + t]! + (c2 * x[a2 + t]! + c3 * x[a3 + t]!);
    }
  }
}

/** The whole numbers below n. */
export function allRows(n: number): Int32Array {
  const rows = new Int32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}
