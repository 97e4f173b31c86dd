import { type Matrix, matrixRow } from '@unbraid/data';
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

/** @throws {RangeError} for no rows, and for a row with an entry that is not finite */
export function checkInputs(name: string, x: Matrix): void {
  if (x.rows < 1) throw new RangeError(`linearity: ${name} has no rows`);
  for (let i = 0; i < x.rows; i++) {
    if (!matrixRow(x, i).every(Number.isFinite)) {
      throw new RangeError(`linearity: row ${i} of ${name} has an entry that is not finite; drop or impute it`);
    }
  }
}

/**
 * @param vanishes whether what was computed for a row is zero; a network with biases may take inputs of norm 0
 * @throws {RangeError} for an input of norm 0 at which a model does not depend on its weights
 */
export function rejectVanishing(name: string, x: Matrix, vanishes: (row: number) => boolean): void {
  for (let i = 0; i < x.rows; i++) {
    if (matrixRow(x, i).some((value) => value !== 0) || !vanishes(i)) continue;
    throw new RangeError(
      `linearity: row ${i} of ${name} has norm 0: a network without biases does not depend on its weights there; drop the row`,
    );
  }
}
