import type { Matrix } from '@unbraid/data';
import { logSigmoid, logSumExp } from './logarithms.ts';
import type { Loss } from './targets.ts';

/** The loss of a row, whose targets and outputs are c entries from `first` on. */
type RowLoss = (y: Float32Array, outputs: Float32Array, first: number, c: number) => number;

const squared: RowLoss = (y, outputs, first, c) => {
  let sum = 0;
  for (let at = first; at < first + c; at++) sum += (y[at]! - outputs[at]!) ** 2;
  return sum;
};

const logistic: RowLoss = (y, outputs, first, c) => {
  let sum = 0;
  for (let at = first; at < first + c; at++) sum -= logSigmoid(y[at]! * outputs[at]!);
  return sum;
};

/** Targets are 1 for the class and 0 for the others. */
const softmax: RowLoss = (y, outputs, first, c) => {
  let right = 0;
  for (let at = first; at < first + c; at++) if (y[at] === 1) right = outputs[at]!;
  return logSumExp(outputs, first, first + c) - right;
};

const losses: Record<Loss, RowLoss> = { squared, logistic, softmax };

/** Mean over rows of a loss times how much each row counts, for targets as they are computed with and outputs of their shape. */
export function meanLoss(loss: Loss, y: Matrix, outputs: Float32Array, weights?: Float64Array): number {
  const of = losses[loss];
  let sum = 0;
  for (let i = 0; i < y.rows; i++) sum += (weights ? weights[i]! : 1) * of(y.data, outputs, i * y.cols, y.cols);
  return sum / y.rows;
}
