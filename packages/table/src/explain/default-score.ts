import { classesOfOutputs, InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { Target } from '../prepare/target.ts';

/** How good predictions are; higher is better. */
export type ScorePredictions = (outputs: Matrix, target: Target) => number;

/** R² of a quantity; of classes the share of rows whose greatest output is that of their class. */
export function defaultScore(outputs: Matrix, target: Target): number {
  if (target.task === 'regression') return rSquared(outputs, target.values);
  if (outputs.cols !== target.classes.length)
    throw new InputError(
      'data',
      `table: predict gives ${outputs.cols} outputs for ${target.classes.length} classes; one for each is needed, or a score of your own`,
    );
  const classes = classesOfOutputs(outputs);
  return target.labels.reduce((right, label, row) => right + Number(classes[row] === label), 0) / classes.length;
}

function rSquared({ data, cols }: Matrix, values: Float64Array): number {
  if (cols !== 1)
    throw new InputError(
      'data',
      `table: predict gives ${cols} outputs for a quantity; one is needed, or a score of your own`,
    );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [errors, spread] = [0, 0];
  values.forEach((value, row) => {
    errors += (value - data[row]!) ** 2;
    spread += (value - mean) ** 2;
  });
  if (spread === 0)
    throw new InputError(
      'data',
      'table: the target is the same in every row, so R² is not defined; take a score of your own',
    );
  return 1 - errors / spread;
}
