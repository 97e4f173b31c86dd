import { InputError, type MatrixLike } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { below } from '../below.ts';
import { mapInputs } from '../inputs.ts';
import { rowWeights } from '../row-weights.ts';
import { encodedAs, inputsOf, type Targets } from '../targets.ts';
import { trainingData } from '../training.ts';
import { fitPaths } from './fit-paths.ts';
import { measure } from './measure.ts';
import { checkPathSettings, type PathSettings } from './settings.ts';

/** Rows of X, and their targets. */
export interface Rows {
  /** m × d */
  readonly x: MatrixLike;
  readonly y: Targets;
}

/** A size and a ridge, and how they did on other rows than those of training. */
export interface PathScore {
  readonly neurons: number;
  readonly ridge: number;
  /** R², accuracy, or the share of right signs. */
  readonly score: number;
  /** Mean over rows of what training makes small. */
  readonly loss: number;
  /** Outputs for the other rows, rows × c. */
  readonly outputs: Matrix;
}

/**
 * Networks of all sizes and ridges trained on some rows and measured on others: a fold of a cross-validation in which more than the network is learned anew in each
 * fold, such as the preparation of columns.
 * @param train as in `fit`; weights in the settings are of these rows
 * @param test rows with as many columns, and targets of the same kind
 * @throws {InputError} as `searchGalu`
 * @throws the signal's reason when it is aborted
 */
export async function galuPath(train: Rows, test: Rows, settings: PathSettings): Promise<PathScore[]> {
  const checked = checkPathSettings(settings);
  const data = trainingData(checked, train.x, train.y);
  const { map, encoded, z, y } = data;
  const others = inputsOf(test.x);
  if (others.cols !== data.x.cols) {
    throw new InputError('data', `galu: the test rows have ${others.cols} columns, the training rows ${data.x.cols}`);
  }
  const truth = encodedAs(test.y, others.rows, data);
  const weights = rowWeights(encoded, z.rows, checked);
  const rows = Int32Array.from({ length: others.rows }, (_, i) => i);
  const all = { x: below([z, mapInputs(map, others)]), y: below([y, truth.y]) };
  const scores: PathScore[] = [];
  const paths = {
    settings: checked,
    data: { map, z, y, loss: data.loss, all },
    weights: weights && padded(weights, others.rows),
    folds: [rows.map((row) => z.rows + row)],
  };
  await fitPaths(paths, (neurons, [outputs]) => {
    checked.ridges.forEach((ridge, r) => {
      const part = outputs![r]!;
      const measured = measure({ ...truth, loss: data.loss }, rows, part);
      scores.push({ neurons, ridge, ...measured, outputs: createMatrix(rows.length, y.cols, part) });
    });
  });
  return scores;
}

function padded(weights: Float64Array, rows: number): Float64Array {
  const all = new Float64Array(weights.length + rows).fill(1);
  all.set(weights);
  return all;
}
