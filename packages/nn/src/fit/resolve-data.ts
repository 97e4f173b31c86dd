import { InputError, showValue, toTargets } from '@unbraid/checks';
import type { Loss } from '../losses/loss.ts';
import { plainTargets } from '../losses/plain-targets.ts';
import type { ModelFacts } from '../model.ts';
import type { DataLike, Samples } from './data.ts';
import { resolveInputs } from './resolve-inputs.ts';

/** Data as they are computed with, and the names of their classes. */
export interface Resolved {
  readonly data: Samples;
  readonly classes: readonly string[] | undefined;
}

export interface ResolveOptions {
  readonly model: ModelFacts;
  readonly loss: Loss;
  /** Names of classes that are known already. */
  readonly classes?: readonly string[] | undefined;
  /** Whether the classes are known, and without `classes` have no names: text is then refused. Default false. */
  readonly isTrained?: boolean;
}

/**
 * Data in any form that is taken, as they are computed with; whether they fit the model is checked by `checkData`.
 * @param name what the message calls the data: `data`, `validation`
 * @throws {InputError} in one line, for what has no clear meaning, and for NaN and infinities
 */
export function resolveData(
  name: string,
  given: DataLike,
  { model, loss, classes: known, isTrained = false }: ResolveOptions,
): Resolved {
  if (typeof given !== 'object' || given === null)
    throw new InputError('data', `nn: ${name} is ${showValue(given)}; an object with x and y is needed`);
  const x = resolveInputs(`nn: ${name}.x`, model, given.x);
  const options = { rows: x.rows, plain: plainTargets(loss), classes: known, numbered: isTrained && !known };
  const targets = toTargets(`nn: ${name}.y`, given.y, options);
  const weights = given.weights === undefined ? undefined : toWeights(`nn: ${name}.weights`, given.weights, x.rows);
  const shared = { ...x, ...(weights && { weights }) };
  if (targets.kind === 'quantities') return { data: { ...shared, y: targets.matrix }, classes: known };
  return { data: { ...shared, y: targets.labels }, classes: targets.classes ?? known };
}

/** @throws {InputError} unless there is a finite number of at least 0 for each row, not all of them 0 */
export function toWeights(name: string, given: ArrayLike<number>, rows: number): Float32Array {
  if (!Array.isArray(given) && !(ArrayBuffer.isView(given) && 'length' in given))
    throw new InputError('data', `${name} is ${showValue(given)}; a number for each row is needed`);
  if (given.length !== rows)
    throw new InputError('data', `${name} has ${given.length} entries, x has ${rows} rows; give a weight for each row`);
  const weights = new Float32Array(rows);
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    weights[i] = given[i]!;
    if (!(typeof given[i] === 'number' && weights[i]! >= 0 && weights[i]! < Number.POSITIVE_INFINITY))
      throw new InputError(
        'data',
        `${name} has ${showValue(given[i])} at row ${i} (counted from 0); a finite number of at least 0 is needed`,
      );
    sum += weights[i]!;
  }
  if (sum > 0) return weights;
  throw new InputError('data', `${name} are all 0; at least one row must count`);
}
