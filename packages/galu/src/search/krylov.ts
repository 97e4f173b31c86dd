/** What a basis is grown by before the smallest shift's residual is looked at. */
const LOOK = 8;

/** Bound of the relative error of a solution at which the basis is large enough. */
const ERROR = 1e-7;

/** Steps of Gram-Schmidt; twice is enough for orthogonality to rounding (Giraud, Langou and Rozložník 2005). */
const PASSES = 2;

/** What is left of a new direction after the others are taken out of it, as a share of ‖M‖, that is rounding. */
const ROUNDING = 1e-14;

/**
 * Solutions of (M + λI) x = b for every λ > 0 of a list, from one Krylov sequence, which a shift leaves as it is: Lanczos's, with full orthogonalization (Golub and Van
 * Loan, Matrix Computations, Section 10.1). Where it takes n steps, it is a reduction to tridiagonal form, so the solutions are those of a direct method; mostly
 * it ends long before. It ends where the error of the smallest λ is at most 1e-7 of its solution, by ‖r‖/λ.
 * @param m symmetric positive semidefinite, n × n, all of it
 */
export function shiftedSolutions(
  m: Float64Array,
  n: number,
  b: Float64Array,
  shifts: readonly number[],
): Float64Array[] {
  const length = Math.sqrt(dot(b, 0, b, 0, n));
  if (length === 0) return shifts.map(() => new Float64Array(n));
  const least = Math.min(...shifts);
  const basis: Float64Array[] = [b.map((value) => value / length)];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let size = 0;
  for (;;) {
    const v = basis.at(-1)!;
    const next = product(m, n, v);
    const along = dot(v, 0, next, 0, n);
    diagonal.push(along);
    orthogonalize(next, basis, n);
    size = Math.max(size, Math.abs(along) + (beside.at(-1) ?? 0));
    const rest = Math.sqrt(dot(next, 0, next, 0, n));
    const steps = basis.length;
    if (steps === n || rest <= ROUNDING * size) break;
    if (steps % LOOK === 0) {
      const y = solveTridiagonal(diagonal, beside, least, length);
      const norm = Math.sqrt(dot(y, 0, y, 0, steps));
      if (rest * Math.abs(y[steps - 1]!) <= ERROR * least * norm) break;
    }
    beside.push(rest);
    for (let i = 0; i < n; i++) next[i]! /= rest;
    basis.push(next);
  }
  return shifts.map((shift) => combine(basis, solveTridiagonal(diagonal, beside, shift, length), n));
}

function orthogonalize(next: Float64Array, basis: readonly Float64Array[], n: number): void {
  for (let pass = 0; pass < PASSES; pass++) for (const q of basis) subtract(next, q, dot(q, 0, next, 0, n), n);
}

function subtract(from: Float64Array, q: Float64Array, factor: number, n: number): void {
  for (let i = 0; i < n; i++) from[i]! -= factor * q[i]!;
}

function combine(basis: readonly Float64Array[], y: Float64Array, n: number): Float64Array {
  const x = new Float64Array(n);
  basis.forEach((q, i) => {
    subtract(x, q, -y[i]!, n);
  });
  return x;
}

/** (T + shift · I) y = length · e₁ for a symmetric tridiagonal T, by elimination, which needs no pivots where T + shift · I is positive definite. */
function solveTridiagonal(
  diagonal: readonly number[],
  beside: readonly number[],
  shift: number,
  length: number,
): Float64Array {
  const n = diagonal.length;
  const pivots = new Float64Array(n);
  const y = new Float64Array(n);
  pivots[0] = diagonal[0]! + shift;
  y[0] = length;
  for (let i = 1; i < n; i++) {
    const share = beside[i - 1]! / pivots[i - 1]!;
    pivots[i] = diagonal[i]! + shift - share * beside[i - 1]!;
    y[i] = -share * y[i - 1]!;
  }
  y[n - 1]! /= pivots[n - 1]!;
  for (let i = n - 2; i >= 0; i--) y[i] = (y[i]! - beside[i]! * y[i + 1]!) / pivots[i]!;
  return y;
}

/** M v, two rows at a time. */
function product(m: Float64Array, n: number, v: Float64Array): Float64Array {
  const out = new Float64Array(n);
  let i = 0;
  for (; i + 1 < n; i += 2) {
    let [s0, s1, r0, r1] = [0, 0, 0, 0];
    const p = i * n;
    const q = p + n;
    let t = 0;
    for (; t + 1 < n; t += 2) {
      const v0 = v[t]!;
      const v1 = v[t + 1]!;
      s0 += m[p + t]! * v0;
      s1 += m[p + t + 1]! * v1;
      r0 += m[q + t]! * v0;
      r1 += m[q + t + 1]! * v1;
    }
    if (t < n) {
      s0 += m[p + t]! * v[t]!;
      r0 += m[q + t]! * v[t]!;
    }
    out[i] = s0 + s1;
    out[i + 1] = r0 + r1;
  }
  if (i < n) out[i] = dot(m, i * n, v, 0, n);
  return out;
}

function dot(a: Float64Array, p: number, b: Float64Array, q: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let t = 0;
  for (; t + 3 < length; t += 4) {
    s0 += a[p + t]! * b[q + t]!;
    s1 += a[p + t + 1]! * b[q + t + 1]!;
    s2 += a[p + t + 2]! * b[q + t + 2]!;
    s3 += a[p + t + 3]! * b[q + t + 3]!;
  }
  for (; t < length; t++) s0 += a[p + t]! * b[q + t]!;
  return s0 + s1 + (s2 + s3);
}
