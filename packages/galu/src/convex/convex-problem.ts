import { InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { checkMatrix } from '../check-data.ts';
import { gaussianGates } from '../gates.ts';
import { mapInputs } from '../inputs.ts';
import { matrixOf } from '../targets.ts';
import type { ProblemSettings } from './convex-settings.ts';
import { rootMeanSquare } from './gated-features.ts';

/** Rows, targets and gates of convex programs, as they were given. */
export interface ConvexData {
  /** n × d; with a bias a column of ones more. */
  readonly x: Matrix;
  /** c */
  readonly outputs: number;
  /** n targets for each output, in units in which the mean of their squares is 1, so that nothing depends on those that they came in. */
  readonly y: Float64Array;
  /** What 1 of these units is. */
  readonly unit: number;
  /** k × columns of `x`. */
  readonly gates: Matrix;
}

/** @throws {InputError} for data and gates that can't be, or don't belong together */
export function convexData(x: unknown, y: unknown, settings: ProblemSettings): ConvexData {
  const given = toMatrix('galu: X', x as MatrixLike);
  checkMatrix('galu: X', given);
  const targets = matrixOf(y, given.rows);
  if (targets.rows !== given.rows || given.rows === 0 || targets.cols === 0)
    throw new InputError(
      'data',
      `galu: X has ${given.rows} rows, Y is ${targets.rows} × ${targets.cols}; a convex program has a row of targets for each row`,
    );
  const rows = mapInputs({ offset: settings.bias }, given);
  const unit = rootMeanSquare(targets.data);
  const [n, c] = [targets.rows, targets.cols];
  return {
    ...{ x: rows, outputs: c, unit },
    y: Float64Array.from({ length: n * c }, (_, at) => targets.data[(at % n) * c + Math.floor(at / n)]! / unit),
    gates: gatesFor(rows, settings),
  };
}

/** Gates that were given, or are drawn; with a bias those of as many columns as X has go through the origin. */
function gatesFor(x: Matrix, { gates, neurons, bias, seed }: ProblemSettings): Matrix {
  if (!gates) return gaussianGates(neurons, x.cols, seed);
  const own = toMatrix('galu: gates', gates);
  checkMatrix('galu: gates', own);
  if (own.cols === x.cols) return own;
  const columns = bias ? x.cols - 1 : x.cols;
  if (own.cols !== columns)
    throw new InputError('data', `galu: X has ${columns} columns, the gates have ${own.cols}; they must agree`);
  const wide = createMatrix(own.rows, x.cols);
  for (let j = 0; j < own.rows; j++) wide.data.set(own.data.subarray(j * columns, (j + 1) * columns), j * x.cols);
  return wide;
}

/**
 * Gates on which no row lies but such of zeros: others' cones have no inside that the gate would show.
 * @param signs as `signsOf` tells them, n × k
 * @throws {InputError} where there is none
 */
export function strictGates(x: Matrix, signs: Int8Array): Int32Array {
  const k = signs.length / x.rows;
  const isStrict = new Uint8Array(k).fill(1);
  for (let i = 0; i < x.rows; i++) {
    if (x.data.subarray(i * x.cols, (i + 1) * x.cols).every((value) => value === 0)) continue;
    for (let j = 0; j < k; j++) if (signs[i * k + j] === 0) isStrict[j] = 0;
  }
  const kept = Int32Array.from(isStrict.keys()).filter((j) => isStrict[j]);
  if (kept.length === 0)
    throw new InputError(
      'data',
      `galu: a row of X lies exactly on each of the ${k} gates, so none has a cone of ReLU neurons; draw Gaussian gates, or use method: 'gated'`,
    );
  return kept;
}
