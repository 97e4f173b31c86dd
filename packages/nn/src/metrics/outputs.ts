import { classesOfOutputs, type MatrixLike, toMatrix } from '@unbraid/checks';
import type { Matrix } from '../fit/data.ts';

/**
 * The class that a model's outputs speak for, a label a row: where the largest is; of a single column, 1 where it is above 0. Of equal ones the first.
 * @throws {InputError} for outputs that are no matrix, or not finite
 */
export function bestLabels(outputs: MatrixLike): Int32Array {
  return classesOfOutputs(toMatrix('nn: the outputs', outputs));
}

/**
 * Probabilities of classes from logits, row by row: exp(x_j) / Σ exp(x_k); large logits don't overflow.
 * @throws {InputError} for logits that are no matrix, or not finite
 */
export function softmaxRows(logits: MatrixLike): Matrix {
  const { data, rows, cols } = toMatrix('nn: the logits', logits);
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const powers = Float64Array.from(row, (x) => Math.exp(x - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    out.set(
      powers.map((power) => power / sum),
      i * cols,
    );
  }
  return { data: out, rows, cols };
}
