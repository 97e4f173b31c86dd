import { classesOfOutputs, InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { checkMatrix } from './check-data.ts';
import type { Labels } from './targets.ts';

/**
 * The class of each row of outputs: the largest output, or the sign of a single one.
 * @throws {InputError} for NaN and infinities, which have no order
 */
export function classesOf(outputs: Matrix): Int32Array {
  checkMatrix('galu: outputs', outputs);
  return classesOfOutputs(outputs);
}

/** 1 for each output above 0 and −1 for the others, in the shape of the outputs. @throws {InputError} for NaN and infinities */
export function signsOf(outputs: Matrix): Matrix {
  checkMatrix('galu: outputs', outputs);
  return createMatrix(
    outputs.rows,
    outputs.cols,
    outputs.data.map((value) => (value > 0 ? 1 : -1)),
  );
}

/** Accuracy of labels in [0, 1], both as numbers or both as names. @throws {InputError} for lengths that differ, and for no rows at all */
export function accuracy(predicted: Labels, labels: Labels): number {
  if (labels.length !== predicted.length) {
    throw new InputError(
      'data',
      `galu: there are ${labels.length} labels and ${predicted.length} predicted ones; give one label for each row, in the same order`,
    );
  }
  checkRows(predicted.length);
  let right = 0;
  for (let i = 0; i < predicted.length; i++) right += Number(predicted[i] === labels[i]);
  return right / predicted.length;
}

/** The share of entries of Y, −1 and 1, whose sign the outputs have. @throws {InputError} for shapes that differ */
export function signAccuracy(outputs: Matrix, y: Matrix): number {
  checkShapes(outputs, y);
  const right = y.data.reduce((count, sign, i) => count + Number(outputs.data[i]! > 0 === sign > 0), 0);
  return right / y.data.length;
}

/** Of each label its accuracy: the share of rows whose sign is right. @throws {InputError} for shapes that differ */
export function labelAccuracies(outputs: Matrix, y: Matrix): Float64Array {
  checkShapes(outputs, y);
  const shares = new Float64Array(y.cols);
  y.data.forEach((sign, at) => {
    if (outputs.data[at]! > 0 === sign > 0) shares[at % y.cols]! += 1 / y.rows;
  });
  return shares;
}

/** The share of rows of which all labels have the right sign. @throws {InputError} for shapes that differ */
export function exactMatch(outputs: Matrix, y: Matrix): number {
  checkShapes(outputs, y);
  let right = 0;
  for (let first = 0; first < y.data.length; first += y.cols) {
    let all = true;
    for (let at = first; at < first + y.cols; at++) all &&= outputs.data[at]! > 0 === y.data[at]! > 0;
    right += Number(all);
  }
  return right / y.rows;
}

/**
 * R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², over all outputs together. Targets that are all their mean leave nothing to explain: 1 where they
 * are met exactly and 0 otherwise, as in scikit-learn.
 * @throws {InputError} for shapes that differ, for no rows at all, and for NaN and infinities
 */
export function determination(predicted: Matrix, y: Matrix): number {
  checkShapes(predicted, y);
  let [rest, spread] = [0, 0];
  for (let j = 0; j < y.cols; j++) {
    const mean = columnMean(y, j);
    for (let at = j; at < y.data.length; at += y.cols) {
      rest += (y.data[at]! - predicted.data[at]!) ** 2;
      spread += (y.data[at]! - mean) ** 2;
    }
  }
  if (spread === 0) return rest === 0 ? 1 : 0;
  return 1 - rest / spread;
}

/** The mean of a column. Where all its entries are one number it is that number, which a rounded sum may miss. */
export function columnMean({ data, rows, cols }: Matrix, j: number): number {
  const first = data[j]!;
  let sum = 0;
  for (let at = j; at < data.length; at += cols) sum += data[at]! - first;
  return first + sum / rows;
}

function checkShapes(outputs: Matrix, y: Matrix): void {
  checkMatrix('galu: outputs', outputs);
  checkMatrix('galu: Y', y);
  if (outputs.rows !== y.rows || outputs.cols !== y.cols) {
    throw new InputError(
      'data',
      `galu: Y is ${y.rows} × ${y.cols}, the outputs are ${outputs.rows} × ${outputs.cols}; give one target for each output of each row of X`,
    );
  }
  checkRows(y.rows);
}

function checkRows(rows: number): void {
  if (rows === 0) throw new InputError('data', 'galu: there are no rows to score; give at least one');
}
