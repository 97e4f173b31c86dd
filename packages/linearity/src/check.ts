import type { Matrix } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import type { AnyModel } from '@unbraid/nn';

/** @throws {RangeError} unless a size is a whole number of at least 1 */
export function checkSize(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`linearity: ${name} is ${value}; a whole number of at least 1 is needed`);
  }
}

export const parameterCount = (model: AnyModel): number => layoutOf(model.params, 'params').size;

/** @throws {RangeError} unless there is a value for each of the model's parameters */
export function checkParams(model: AnyModel, params: Float32Array): void {
  const size = parameterCount(model);
  if (params.length !== size) {
    throw new RangeError(`linearity: the model has ${size} parameters, ${params.length} values are given`);
  }
}

/**
 * @throws {RangeError} for no rows, and for a row that is not finite or has norm 0, at which a network without biases is 0 with all
 * its derivatives
 */
export function checkInputs(name: string, { data, rows, cols }: Matrix): void {
  if (rows < 1) throw new RangeError(`linearity: ${name} has no rows`);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    if (!row.every(Number.isFinite)) {
      throw new RangeError(`linearity: row ${i} of ${name} has an entry that is not finite; drop or impute it`);
    }
    if (row.every((value) => value === 0)) {
      throw new RangeError(
        `linearity: row ${i} of ${name} has norm 0: a network without biases does not depend on its weights there; drop the row`,
      );
    }
  }
}
