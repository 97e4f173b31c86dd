import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';

/**
 * y − f, a number for each output of each row, in one column: [n · c, 1].
 * @throws {InputError} where a row has another number of targets than of outputs
 */
export function residualsOf(y: Matrix, outputs: Matrix): Matrix {
  if (outputs.cols !== y.cols)
    throw new InputError(
      'data',
      `linearity: y has ${y.cols} columns, the model ${outputs.cols} outputs; they must agree`,
    );
  return createMatrix(
    y.rows * y.cols,
    1,
    y.data.map((value, at) => value - outputs.data[at]!),
  );
}
