import { checkFiniteValues, InputError, type MatrixLike, toMatrix, toTargets } from '@unbraid/checks';
import { type Matrix, matrixRow } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import type { AnyModel } from '@unbraid/nn';

/** Numbers that a model has as parameters, trained or not. */
export const parameterCount = (model: AnyModel): number => layoutOf(model.params, 'params').size;

/** @throws {InputError} unless there is a finite value for each of the model's parameters */
export function checkParams(model: AnyModel, params: Float32Array): void {
  const size = parameterCount(model);
  if (!(params instanceof Float32Array)) {
    throw new InputError(
      'data',
      'linearity: params are not a Float32Array; give the flat parameters, as initialize makes them',
    );
  }
  if (params.length !== size) {
    throw new InputError('data', `linearity: the model has ${size} parameters, ${params.length} values are given`);
  }
  const { leaves } = layoutOf(model.params, 'params');
  checkFiniteValues('linearity: params', params, 'start from others', (i) => {
    const { path, offset } = leaves.findLast((leaf) => leaf.offset <= i)!;
    return `entry ${i - offset} of ${path || 'the parameter'} (counted from 0)`;
  });
}

const TOO_LARGE = 'float32 ends at 3.4e38: scale inputs or weights down';

/** @throws {InputError} for a kernel that overflowed */
export function checkKernel(name: string, { data, cols }: Matrix): void {
  checkFiniteValues(`linearity: ${name}`, data, TOO_LARGE, (i) => `row ${Math.floor(i / cols)}, column ${i % cols}`);
}

/** @throws {InputError} for a result that overflowed, or has no value */
export function checkResult(name: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new InputError('not-finite', `linearity: ${name} is ${value}: ${TOO_LARGE}`);
}

/**
 * Inputs of a model, n × d, in any form that `toMatrix` takes.
 * @throws {InputError} for no rows, rows of different lengths, and NaN or infinite entries
 */
export const inputsOf = (name: string, x: MatrixLike): Matrix => toMatrix(`linearity: ${name}`, x);

/**
 * Targets, rows × c; one column where they are numbers.
 * @throws {InputError} unless there is a row of finite targets for each input
 */
export function targetsOf(y: MatrixLike | Float32Array | Float64Array, rows: number): Matrix {
  const targets = toTargets('linearity: y', y, { rows, plain: 'quantities' });
  if (targets.kind === 'quantities') return targets.matrix;
  throw new InputError(
    'data',
    'linearity: y is class labels; give rows of numbers, such as 1 for the class and 0 for the others',
  );
}

/**
 * @param vanishes whether what was computed for a row is zero; a network with biases may take inputs of norm 0
 * @throws {InputError} for an input of norm 0 at which a model does not depend on its weights
 */
export function rejectVanishing(name: string, x: Matrix, vanishes: (row: number) => boolean): void {
  for (let i = 0; i < x.rows; i++) {
    if (matrixRow(x, i).some((value) => value !== 0) || !vanishes(i)) continue;
    throw new InputError(
      'data',
      `linearity: row ${i} of ${name} has norm 0: a network without biases does not depend on its weights there; drop the row`,
    );
  }
}
