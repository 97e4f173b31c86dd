/**
 * Factors a symmetric positive definite matrix in place, A = L Lᵀ: the lower triangle of `a` (n × n, row-major) becomes L, the
 * rest is left alone. Rows of L are combined by inner products, which run along memory.
 * @throws {Error} at the first pivot that is not positive
 */
export function cholesky(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const rest = a[row + j]! - dot(a, row, j * n, j);
      if (j < i) a[row + j] = rest / a[j * n + j]!;
      else if (rest > 0) a[row + i] = Math.sqrt(rest);
      else throw new Error(`galu: the matrix is not positive definite (pivot ${i} of ${n} is ${rest}); add ridge`);
    }
  }
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
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= l[i * n + j]! * b[j]!;
    b[i] = sum / l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i]! / l[i * n + i]!;
    b[i] = x;
    for (let j = 0; j < i; j++) b[j]! -= l[i * n + j]! * x;
  }
}
