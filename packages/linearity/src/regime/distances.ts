import type { Matrix } from '@unbraid/data';
import type { Runtime } from '@unbraid/graph';
import { type AnyModel, predict } from '@unbraid/nn';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { linearize } from '../linearize.ts';
import type { Kernel } from '../tangent-kernel.ts';

/** Outputs of a model, rows × c, of all rows in one batch, as they are trained: rows may depend on each other. */
export const outputsOf = (model: AnyModel, params: Float32Array, x: Matrix, runtime: Runtime): Promise<Matrix> =>
  predict(model, params, x, { runtime, batchSize: x.rows });

/** A model at its first weights. */
export interface Start {
  readonly model: AnyModel;
  readonly params: Float32Array;
  readonly x: Matrix;
  readonly runtime: Runtime;
}

/** ‖f(w) − f_lin(w)‖ / ‖f_lin(w) − f(w₀)‖ over rows, at weights w that were reached from w₀; 0 where both are 0. */
export async function distanceAtEnd({ model, params, x, runtime }: Start, end: Float32Array): Promise<number> {
  const both = new Float32Array(2 * params.length);
  both.set(end);
  both.set(params, params.length);
  const [f, linear, first] = [
    await outputsOf(model, end, x, runtime),
    await outputsOf(linearize(model, params), both, x, runtime),
    await outputsOf(model, params, x, runtime),
  ];
  return relative(distance(f.data, linear.data), distance(linear.data, first.data));
}

/** What training is compared by: `wanted` are targets less the first outputs. */
export interface Trained {
  readonly kernel: Kernel;
  readonly first: { readonly data: Float32Array };
  readonly wanted: Matrix;
  readonly outputs: { readonly data: Float32Array };
}

/**
 * The distance of trained outputs from the tangent model's own after as many steps, relative to how far those went. The tangent model's residuals shrink by
 * (1 − 2 η λ / N) a step along each eigenvector of its kernel, on the mean squared error of N numbers.
 */
export function trainedApart(
  { kernel: { kernel }, first, wanted, outputs }: Trained,
  { learningRate, steps }: { readonly learningRate: number; readonly steps: number },
): number {
  const n = kernel.rows;
  const matrix = MlMatrix.from1DArray(n, n, kernel.data);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const gained = new Float64Array(n);
  realEigenvalues.forEach((value, k) => {
    const vector = eigenvectorMatrix.getColumn(k);
    const part = vector.reduce((sum, v, i) => sum + v * wanted.data[i]!, 0);
    const share = 1 - (1 - (2 * learningRate * value) / n) ** steps;
    vector.forEach((v, i) => {
      gained[i]! += v * part * share;
    });
  });
  const moved = outputs.data.map((value, i) => value - first.data[i]!);
  const apart = relative(distance(moved, gained), distance(gained, new Float64Array(n)));
  // A rate that the tangent model diverges at leaves it infinitely far behind.
  return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let square = 0;
  for (let i = 0; i < a.length; i++) square += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(square);
};

const relative = (miss: number, whole: number): number => (miss === 0 ? 0 : miss / whole);
