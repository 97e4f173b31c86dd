import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import type { Matrix } from './matrix.ts';

/**
 * Refuses NaN and infinite entries.
 *
 * @param name how the message names the matrix, with the caller's prefix: `'galu: X'`.
 * @throws with the number of such entries and the row and column (counted from 0) of the first.
 */
export function checkFinite(name: string, matrix: Matrix): void {
  const { data, cols } = matrix;
  const place = (index: number) => `row ${Math.floor(index / cols)}, column ${index % cols} (counted from 0)`;
  checkFiniteValues(name, data, 'drop or impute such rows', place);
}

/** What labels must fit: one for each of `rows`; below `classes` where that is given. */
export interface LabelLimits {
  readonly rows: number;
  readonly classes?: number;
}

/**
 * Class labels as integers from 0: the array itself if it is an Int32Array already, else a copy.
 *
 * @param name how the message names the labels, with the caller's prefix: `'galu: labels'`.
 * @throws where the number of labels is not that of the rows, or a label is not an integer in [0, classes).
 */
export function checkLabels(name: string, labels: ArrayLike<number>, limits: LabelLimits): Int32Array {
  const { rows, classes = 2 ** 31 } = limits;
  if (typeof labels !== 'object' || labels === null || typeof labels.length !== 'number') {
    throw new InputError('data', `${name} is ${showValue(labels)}; give an array with a label for each row`);
  }
  if (labels.length !== rows) {
    throw new InputError(
      'data',
      `${name} has ${labels.length} entries, the inputs have ${rows} rows; give one label for each row, in the same order`,
    );
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    const range = limits.classes === undefined ? 'integers from 0' : `integers from 0 to ${classes - 1}`;
    throw new InputError('data', `${name} has ${label} at row ${i} (counted from 0); labels are ${range}`);
  }
  return labels instanceof Int32Array ? labels : Int32Array.from(labels);
}
