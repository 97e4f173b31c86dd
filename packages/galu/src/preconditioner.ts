import type { Matrix } from '@unbraid/data';
import { matmul, mul, sub, type Tensor } from '@unbraid/graph';

/**
 * A right preconditioner W = T(Z) that costs next to nothing. Gates that are on half of the time are correlated: where all
 * neurons move alike, w_j = Σ_c A_jc v_c, the network is nearly linear in x and its output is longer than in other directions,
 * by about √(k/2). T shrinks those directions, the span of A's columns, by √(2/k), which evens the spectrum out.
 */
export interface Preconditioner {
  /** Orthonormal basis of the span of A's columns, k × rank. */
  readonly basis: Matrix;
  /** What the directions in that span are multiplied by, in (0, 1]. */
  readonly factor: number;
}

/** T for output weights A, k × c; the identity where `on` is false. */
export const gatePreconditioner = (a: Matrix, on = true): Preconditioner => ({
  basis: orthonormalColumns(a),
  factor: on ? Math.min(1, Math.sqrt(2 / a.rows)) : 1,
});

/** T as a function of symbolic tensors; T is symmetric. `q` is the basis. */
export const precondition = (w: Tensor, q: Tensor, factor: number): Tensor =>
  factor === 1 ? w : sub(w, mul(matmul(q, matmul(q, w, { transposeA: true })), 1 - factor));

/** Modified Gram-Schmidt; columns that depend on those before them are left out. */
function orthonormalColumns({ data, rows, cols }: Matrix): Matrix {
  const kept: Float64Array[] = [];
  for (let j = 0; j < cols; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
    const before = Math.hypot(...column);
    for (const q of kept) {
      const along = q.reduce((sum, value, i) => sum + value * column[i]!, 0);
      q.forEach((value, i) => {
        column[i]! -= along * value;
      });
    }
    const norm = Math.hypot(...column);
    if (norm > 1e-6 * before) kept.push(column.map((value) => value / norm));
  }
  const basis = new Float32Array(rows * kept.length);
  kept.forEach((q, j) => {
    for (let i = 0; i < rows; i++) basis[i * kept.length + j] = q[i]!;
  });
  return { data: basis, rows, cols: kept.length };
}
