import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { logSigmoid } from './logarithms.ts';
import type { Loss, Task } from './targets.ts';

/** What probabilities are those of. */
export interface Probable {
  readonly task: Task;
  readonly loss?: Loss | undefined;
}

/** @throws {InputError} for a loss whose outputs say nothing of probabilities */
export function checkProbable({ task, loss }: Probable): void {
  if (task.kind !== 'regression' && (loss === 'logistic' || loss === 'softmax')) return;
  throw new InputError(
    'model',
    `galu: a network trained with the ${loss ?? 'squared'} loss has no probabilities; train it with loss "logistic" or "softmax"`,
  );
}

/**
 * Probabilities from outputs N (rows × c). Of classes rows × classes, which sum to 1: with one output σ(N) is that of the second class; with the softmax loss they are in
 * proportion to e^N, with the logistic one, which asks about each class by itself, to σ(N). Of several labels a row rows × labels, σ(N) of each.
 * @throws {InputError} for a loss that has none
 */
export function probabilitiesOf(outputs: Matrix, given: Probable): Matrix {
  checkProbable(given);
  const { rows, cols, data } = outputs;
  if (given.task.kind === 'multilabel') return createMatrix(rows, cols, data.map(sigmoid));
  if (cols === 1) {
    const both = createMatrix(rows, 2);
    for (let i = 0; i < rows; i++) both.data.set([sigmoid(-data[i]!), sigmoid(data[i]!)], 2 * i);
    return both;
  }
  const shares = given.loss === 'softmax' ? exponentials : sigmoids;
  const all = createMatrix(rows, cols);
  for (let first = 0; first < data.length; first += cols) {
    const row = shares(data.subarray(first, first + cols));
    const sum = row.reduce((total, share) => total + share, 0);
    row.forEach((share, j) => {
      all.data[first + j] = share / sum;
    });
  }
  return all;
}

function exponentials(row: Float32Array): Float64Array {
  const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Float64Array.from(row, (n) => Math.exp(n - most));
}

/** σ of each, all times one number, so that they don't all vanish where each class is denied. */
function sigmoids(row: Float32Array): Float64Array {
  const logs = Float64Array.from(row, logSigmoid);
  const most = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return logs.map((log) => Math.exp(log - most));
}

const sigmoid = (n: number): number => Math.exp(logSigmoid(n));
