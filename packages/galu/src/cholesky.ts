import { InputError } from '@unbraid/checks';

/** Columns that are factored before what remains is updated: a block of rows of that width stays in the processor's cache. */
const BLOCK = 64;

/**
 * Factors a symmetric positive definite matrix in place, A = L Lᵀ: the lower triangle of `a` (n × n, row-major) becomes L, the
 * rest is left alone and not read. Right-looking by blocks of columns (Golub and Van Loan, Matrix Computations, Section 4.2);
 * all inner loops run along rows.
 * @throws {Error} at the first pivot that is not positive
 */
export function cholesky(a: Float64Array, n: number): void {
  for (let first = 0; first < n; first += BLOCK) {
    const end = Math.min(first + BLOCK, n);
    factorColumns(a, n, first, end);
    subtractProducts(a, n, first, end);
  }
}

/** Columns `first` to `end` of L, once those before have been subtracted. */
function factorColumns(a: Float64Array, n: number, first: number, end: number): void {
  for (let i = first; i < n; i++) {
    const row = i * n;
    for (let j = first; j <= i && j < end; j++) {
      const rest = a[row + j]! - dot(a, row + first, j * n + first, j - first);
      if (j < i) a[row + j] = rest / a[j * n + j]!;
      else if (rest > 0) a[row + i] = Math.sqrt(rest);
      else
        throw new InputError(
          'data',
          `galu: the matrix is not positive definite (pivot ${i} of ${n} is ${rest}); add ridge`,
        );
    }
  }
}

/** A_ij −= L_i · L_j over columns `first` to `end`, for end ≤ j ≤ i: in tiles of 2 × 4, then what is left beside the diagonal. */
function subtractProducts(a: Float64Array, n: number, first: number, end: number): void {
  for (let i = end; i < n; i += 2) {
    const tiled = i + 1 < n ? end + 4 * Math.floor((i - end) / 4) : end;
    for (let j = end; j < tiled; j += 4) subtractTile(a, n, i, j, first, end);
    for (let p = i; p < Math.min(i + 2, n); p++) {
      for (let q = tiled; q <= p; q++) a[p * n + q]! -= dot(a, p * n + first, q * n + first, end - first);
    }
  }
}

/** Two rows against four: eight products for six loads. */
function subtractTile(a: Float64Array, n: number, i: number, j: number, first: number, end: number): void {
  let [s0, s1, s2, s3, r0, r1, r2, r3] = [0, 0, 0, 0, 0, 0, 0, 0];
  const p = i * n;
  const q = j * n;
  for (let t = first; t < end; t++) {
    const x = a[p + t]!;
    const y = a[p + n + t]!;
    const l0 = a[q + t]!;
    const l1 = a[q + n + t]!;
    const l2 = a[q + 2 * n + t]!;
    const l3 = a[q + 3 * n + t]!;
    s0 += x * l0;
    s1 += x * l1;
    s2 += x * l2;
    s3 += x * l3;
    r0 += y * l0;
    r1 += y * l1;
    r2 += y * l2;
    r3 += y * l3;
  }
  a[p + j]! -= s0;
  a[p + j + 1]! -= s1;
  a[p + j + 2]! -= s2;
  a[p + j + 3]! -= s3;
  a[p + n + j]! -= r0;
  a[p + n + j + 1]! -= r1;
  a[p + n + j + 2]! -= r2;
  a[p + n + j + 3]! -= r3;
}

function dot(a: Float64Array, p: number, q: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let t = 0;
  for (; t + 3 < length; t += 4) {
    s0 += a[p + t]! * a[q + t]!;
    s1 += a[p + t + 1]! * a[q + t + 1]!;
    s2 += a[p + t + 2]! * a[q + t + 2]!;
    s3 += a[p + t + 3]! * a[q + t + 3]!;
  }
  for (; t < length; t++) s0 += a[p + t]! * a[q + t]!;
  return s0 + s1 + (s2 + s3);
}

/** Solves L Lᵀ x = b in place of b, for the factor that `cholesky` left in `l`. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): void {
  solveLower(l, n, b);
  solveUpper(l, n, b);
}

/** Solves L x = b in place of b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= l[i * n + j]! * b[j]!;
    b[i] = sum / l[i * n + i]!;
  }
}

/** Solves Lᵀ x = b in place of b. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i]! / l[i * n + i]!;
    b[i] = x;
    for (let j = 0; j < i; j++) b[j]! -= l[i * n + j]! * x;
  }
}

/** L⁻¹ of the lower triangular factor that `cholesky` left in `l`, in single precision. */
export const invertLower = (l: Float64Array, n: number): Float32Array => Float32Array.from(invertFactor(l, n));

/** L⁻¹ of the lower triangular factor that `cholesky` left in `l`, n × n with zeros above the diagonal; all loops run along rows. */
export function invertFactor(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const scale = 1 / l[row + i]!;
    for (let j = 0; j < i; j++) {
      const share = l[row + j]! * scale;
      const above = j * n;
      for (let t = 0; t <= j; t++) inverse[row + t]! -= share * inverse[above + t]!;
    }
    inverse[row + i] = scale;
  }
  return inverse;
}
