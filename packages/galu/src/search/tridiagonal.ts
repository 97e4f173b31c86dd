import { Arena, createKernels, type Kernels } from '@unbraid/kernels';

/** Solves (M + λI) x = b for all λ > 0 of a list and several b. */
export type ShiftedSolver = (
  m: Float64Array,
  right: readonly Float64Array[],
  shifts: readonly number[],
) => Float64Array[][];

/**
 * By one reduction M = Q T Qᵀ to tridiagonal form, which every shift shares: then a shift takes as many steps as there are unknowns, and a product with Q.
 * @param n unknowns
 * @returns solutions by shift, then by right-hand side; M is symmetric positive semidefinite, all of it
 */
export function shiftedSolver(n: number): ShiftedSolver {
  const arena = new Arena();
  const kernels: Kernels = createKernels(arena);
  const block = arena.alloc('float64', n * n + 6 * n);
  const room = block.data;
  const part = (start: number, length: number) => room.subarray(start, start + length);
  const [diagonal, beside, scales] = [part(n * n, n), part(n * n + n, n), part(n * n + 2 * n, n)];
  const given = { matrix: part(0, n * n), diagonal, beside, scales, room: part(n * n + 3 * n, 3 * n) };
  return (m, right, shifts) => {
    given.matrix.set(m);
    kernels.tridiagonalize(given);
    const turned = right.map((b) => b.slice());
    for (let i = n - 1; i > 0; i--) reflect(given.matrix, n, i, scales[i]!, turned);
    const solutions = shifts.map((shift) => turned.map((b) => solveTridiagonal(diagonal, beside, shift, b)));
    const all = solutions.flat();
    for (let i = 1; i < n; i++) reflect(given.matrix, n, i, scales[i]!, all);
    return solutions;
  };
}

/** x ← (I − v vᵀ/h) x for each x, with v in row i of the matrix. */
function reflect(v: Float64Array, n: number, i: number, scale: number, vectors: readonly Float64Array[]): void {
  if (!(scale > 0)) return;
  const row = i * n;
  for (const x of vectors) {
    let [even, odd] = [0, 0];
    let k = 0;
    for (; k + 1 < i; k += 2) {
      even += v[row + k]! * x[k]!;
      odd += v[row + k + 1]! * x[k + 1]!;
    }
    if (k < i) even += v[row + k]! * x[k]!;
    const share = (even + odd) / scale;
    for (let j = 0; j < i; j++) x[j]! -= share * v[row + j]!;
  }
}

/** (T + shift · I) x = b by elimination, which needs no pivots where the matrix is positive definite. */
function solveTridiagonal(diagonal: Float64Array, beside: Float64Array, shift: number, b: Float64Array): Float64Array {
  const n = diagonal.length;
  const pivots = new Float64Array(n);
  const x = b.slice();
  pivots[0] = diagonal[0]! + shift;
  for (let i = 1; i < n; i++) {
    const share = beside[i]! / pivots[i - 1]!;
    pivots[i] = diagonal[i]! + shift - share * beside[i]!;
    x[i]! -= share * x[i - 1]!;
  }
  x[n - 1]! /= pivots[n - 1]!;
  for (let i = n - 2; i >= 0; i--) x[i] = (x[i]! - beside[i + 1]! * x[i + 1]!) / pivots[i]!;
  return x;
}
