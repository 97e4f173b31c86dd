import type { Matrix } from '@unbraid/data';
import { f32, matmul, mul, type Runtime, sub, type Tensor, type TensorSpec } from '@unbraid/graph';
import { type Factors, kroneckerFactors, type PreconditionedProblem } from './factors.ts';

/**
 * How the iterations are preconditioned.
 *
 * - `factors`, also `true`: by the Kronecker product that the normal matrix nearly is, see `factors.ts`
 * - `gates`: along the output weights alone, which costs next to nothing
 * - `none`, also `false`
 */
export type Preconditioning = boolean | 'factors' | 'gates' | 'none';

/** A right preconditioner W = T(Z), k × d, as functions of symbolic tensors. */
export interface Preconditioner {
  /** What the functions read beside their argument: specifications, and all their values one after another. */
  readonly specs: readonly TensorSpec[];
  readonly values: { readonly data: Float32Array };
  apply(z: Tensor, factors: readonly Tensor[]): Tensor;
  /** The adjoint, Tᵀ(G). */
  transpose(g: Tensor, factors: readonly Tensor[]): Tensor;
}

/** One side of T: what W is multiplied by from the left or the right. */
interface Side {
  readonly matrix: Matrix;
  apply(z: Tensor, factor: Tensor): Tensor;
  transpose(g: Tensor, factor: Tensor): Tensor;
}

/**
 * T for a problem. With `factors`, a side whose factor would cost more than it brings is left out; where that is the side of the
 * neurons, `gates` takes its place.
 */
export const preconditionerOf = (
  kind: Preconditioning,
  problem: PreconditionedProblem,
  runtime: Runtime,
): Promise<Preconditioner> => preconditionerBy(kind, problem.a, () => kroneckerFactors(problem, runtime));

/** The same, with factors however they are made. */
export async function preconditionerBy(
  kind: Preconditioning,
  a: Matrix,
  factors: () => Promise<Factors>,
): Promise<Preconditioner> {
  if (kind === false || kind === 'none') return product([]);
  if (kind === 'gates') return product([alongOutputs(a)]);
  const { gates, inputs } = await factors();
  return product([gates ? fromLeft(gates) : alongOutputs(a), ...(inputs ? [fromRight(inputs)] : [])]);
}

/** Sides act on different axes, so their order doesn't matter. */
function product(given: readonly Side[]): Preconditioner {
  const sides = given.filter(({ matrix }) => matrix.data.length > 0);
  const data = new Float32Array(sides.reduce((sum, { matrix }) => sum + matrix.data.length, 0) || 1);
  let at = 0;
  for (const { matrix } of sides) {
    data.set(matrix.data, at);
    at += matrix.data.length;
  }
  return {
    // A graph has no empty inputs: the identity reads one number that nothing depends on.
    specs: sides.length > 0 ? sides.map(({ matrix }) => f32(matrix.rows, matrix.cols)) : [f32(1)],
    values: { data },
    apply: (z, factors) => sides.reduce((w, side, i) => side.apply(w, factors[i]!), z),
    transpose: (g, factors) => sides.reduce((s, side, i) => side.transpose(s, factors[i]!), g),
  };
}

/** W = L⁻ᵀ Z, for the inverse of a triangular factor L Lᵀ. */
const fromLeft = (inverse: Matrix): Side => ({
  matrix: inverse,
  apply: (z, l) => matmul(l, z, { transposeA: true }),
  transpose: (g, l) => matmul(l, g),
});

/** W = Z L⁻¹. */
const fromRight = (inverse: Matrix): Side => ({
  matrix: inverse,
  apply: (z, l) => matmul(z, l),
  transpose: (g, l) => matmul(g, l, { transposeB: true }),
});

/**
 * Gates that are on half of the time are correlated: where all neurons move alike, w_j = Σ_c A_jc v_c, the network is nearly linear
 * in x and its output is longer than in other directions, by about √(k/2). T shrinks those directions, the span of A's columns,
 * by √(2/k), which evens the spectrum out. It is symmetric.
 */
function alongOutputs(a: Matrix): Side {
  const factor = Math.min(1, Math.sqrt(2 / a.rows));
  const shrink = (w: Tensor, q: Tensor): Tensor =>
    factor === 1 ? w : sub(w, mul(matmul(q, matmul(q, w, { transposeA: true })), 1 - factor));
  return { matrix: orthonormalColumns(a), apply: shrink, transpose: shrink };
}

/** Modified Gram-Schmidt; columns that depend on those before them are left out. */
function orthonormalColumns({ data, rows, cols }: Matrix): Matrix {
  const kept: Float64Array[] = [];
  for (let j = 0; j < cols; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
    const before = lengthOf(column);
    for (const q of kept) {
      const along = q.reduce((sum, value, i) => sum + value * column[i]!, 0);
      q.forEach((value, i) => {
        column[i]! -= along * value;
      });
    }
    const norm = lengthOf(column);
    if (norm > 1e-6 * before) kept.push(column.map((value) => value / norm));
  }
  const basis = new Float32Array(rows * kept.length);
  kept.forEach((q, j) => {
    for (let i = 0; i < rows; i++) basis[i * kept.length + j] = q[i]!;
  });
  return { data: basis, rows, cols: kept.length };
}

/** Not `Math.hypot(...column)`: so many arguments overflow the stack for a hundred thousand neurons. */
const lengthOf = (column: Float64Array): number => Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));
