import { InputError, type MatrixLike, toLabels, toMatrix } from '@unbraid/checks';
import { type MetricOptions, metricSchema, optionsOf, weightsOf } from './metric-options.ts';

/** What a probability is cut off at, float32's step at 1, so that one wrong certainty doesn't make everything infinite. */
const LEAST = 2 ** -24;

/**
 * The mean of −log p(label): cross entropy of probabilities, such as those of `softmaxRows`.
 * @param truth labels, whole numbers from 0
 * @param probabilities rows × classes, each row of sum 1; cut off at 2⁻²⁴
 * @throws {InputError} for probabilities outside [0, 1] or rows whose sum isn't 1 to 1e-3, and labels that don't fit
 */
export function logLoss(truth: ArrayLike<number>, probabilities: MatrixLike, options: MetricOptions = {}): number {
  const { weights } = optionsOf('logLoss', metricSchema, options);
  const { data, rows, cols } = toMatrix("nn: logLoss's probabilities", probabilities);
  const { labels } = toLabels("nn: logLoss's truth", truth, { rows, numbered: true });
  const counts = weightsOf('logLoss', weights, rows);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    checkRow(row, i);
    if (labels[i]! >= cols)
      throw new InputError('data', `nn: logLoss has the label ${labels[i]} at row ${i}, and there are ${cols} classes`);
    sum -= counts[i]! * Math.log(Math.min(Math.max(row[labels[i]!]!, LEAST), 1));
    weight += counts[i]!;
  }
  return sum / weight;
}

function checkRow(row: Float32Array, i: number): void {
  let total = 0;
  for (const p of row) {
    if (p < 0 || p > 1)
      throw new InputError('data', `nn: logLoss has the probability ${p} in row ${i}; give softmaxRows of logits`);
    total += p;
  }
  if (Math.abs(total - 1) > 1e-3)
    throw new InputError(
      'data',
      `nn: logLoss has probabilities of sum ${total} in row ${i}; give softmaxRows of logits`,
    );
}
