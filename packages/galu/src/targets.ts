import { InputError, showValue } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { checkMatrix } from './check-data.ts';

/** Class labels of rows, integers from 0. */
export type Labels = Int32Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array;

/** What a network learns: class labels, one real output a row, or several; for the logistic loss these are −1 and 1. */
export type Targets = Labels | Float32Array | Float64Array | Matrix;

export type Loss = 'squared' | 'logistic';

export type Task =
  | { readonly kind: 'regression' }
  | { readonly kind: 'classification'; readonly classes: number }
  /** So many questions about a row, each answered by yes (1) or no (−1). */
  | { readonly kind: 'multilabel'; readonly labels: number };

/** Outputs of a network for a task; a matrix of targets has a column for each. Two classes are one output. */
export const outputsOf = (task: Task, y: Targets): number => {
  if (task.kind === 'classification') return task.classes === 2 ? 1 : task.classes;
  return isMatrixLike(y) ? y.cols : 1;
};

export interface TaskOptions {
  /** Rows of X. */
  readonly rows: number;
  readonly loss: Loss;
  /** Number of classes; by default one more than the largest label, and then each must occur. */
  readonly classes?: number | undefined;
}

/**
 * What targets ask for, checked.
 * @throws {InputError} in one line, for targets that don't match the rows or the loss, aren't finite, or leave classes out
 */
export function taskOf(y: unknown, { rows, loss, classes }: TaskOptions): Task {
  if (isLabels(y)) return { kind: 'classification', classes: countClasses(y, rows, classes) };
  if (classes !== undefined) {
    throw new InputError('setting', `galu: classes is ${classes}, and Y is ${showValue(y)}; classes go with labels`);
  }
  const matrix = matrixOf(y);
  if (matrix.rows !== rows) {
    throw new InputError('data', `galu: Y has ${matrix.rows} rows, X has ${rows}; give one target for each row of X`);
  }
  if (loss === 'squared') return { kind: 'regression' };
  checkSigns(matrix);
  return { kind: 'multilabel', labels: matrix.cols };
}

/** Two classes are one output, ±1; more are one output each, 1 for the class and −1 (logistic) or 0 (squared) for the others. */
export function encodeTargets(y: Targets, task: Task, loss: Loss): Matrix {
  if (task.kind !== 'classification') return matrixOf(y);
  return encodeLabels(y as Labels, task.classes, loss === 'logistic' ? -1 : 0);
}

/** Labels below `classes` as targets: the sign of a single output for two classes, else 1 for the class and `off` for the others. */
export function encodeLabels(labels: Labels, classes: number, off: number): Matrix {
  if (classes === 2)
    return createMatrix(
      labels.length,
      1,
      Float32Array.from(labels, (label) => (label === 1 ? 1 : -1)),
    );
  const data = new Float32Array(labels.length * classes).fill(off);
  labels.forEach((label, i) => {
    data[i * classes + label] = 1;
  });
  return createMatrix(labels.length, classes, data);
}

/** Targets as a matrix, m × c. @throws {InputError} in one line, for what has no clear meaning */
export function matrixOf(y: unknown): Matrix {
  if (y instanceof Float32Array || y instanceof Float64Array) {
    const column = createMatrix(y.length, 1, y instanceof Float32Array ? y : Float32Array.from(y));
    checkMatrix('galu: Y', column);
    return column;
  }
  if (Array.isArray(y)) {
    throw new InputError(
      'data',
      `galu: Y is ${showValue(y)}; give class labels as Int32Array.from(y), real targets as Float32Array.from(y), ` +
        'and rows of several as matrixFromRows(y) of @unbraid/data',
    );
  }
  if (!isMatrixLike(y)) {
    throw new InputError(
      'data',
      `galu: Y is ${showValue(y)}; give an Int32Array of class labels, a Float32Array of real targets, or a matrix of several`,
    );
  }
  checkMatrix('galu: Y', y);
  return y;
}

const isMatrixLike = (y: unknown): y is Matrix =>
  typeof y === 'object' && y !== null && 'data' in y && 'rows' in y && 'cols' in y;

export const isLabels = (y: unknown): y is Labels =>
  y instanceof Int32Array ||
  y instanceof Uint8Array ||
  y instanceof Int8Array ||
  y instanceof Uint16Array ||
  y instanceof Int16Array ||
  y instanceof Uint32Array;

/** Labels in [0, classes), one for each row. @throws {InputError} naming the first that isn't */
export function checkLabels(labels: Labels, rows: number, classes = 2 ** 31): void {
  if (labels.length !== rows) {
    throw new InputError(
      'data',
      `galu: labels has ${labels.length} entries, X has ${rows} rows; give one label for each row, in the same order`,
    );
  }
  const at = labels.findIndex((label) => label < 0 || label >= classes);
  if (at < 0) return;
  const range = classes === 2 ** 31 ? 'integers from 0' : `integers from 0 to ${classes - 1}`;
  throw new InputError('data', `galu: labels has ${labels[at]} at row ${at} (counted from 0); labels are ${range}`);
}

/** One stray label would make as many outputs as it is large, so classes that no row has must have been asked for. */
function countClasses(labels: Labels, rows: number, asked: number | undefined): number {
  checkLabels(labels, rows, asked);
  if (asked !== undefined) return asked;
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  const classes = Math.max(2, largest + 1);
  const present = new Set<number>(labels);
  if (present.size === classes) return classes;
  let missing = 0;
  while (present.has(missing)) missing++;
  const place = present.size === 1 ? 'all labels are' : `the largest label, at row ${labels.indexOf(largest)}, is`;
  throw new InputError(
    'data',
    `galu: ${place} ${largest}, and no row has the label ${missing}; number the classes from 0 without gaps, or say how many there are: classes: ${classes}`,
  );
}

/** @throws {InputError} for entries that are neither −1 nor 1 */
export function checkSigns({ data, cols }: Matrix): void {
  const at = data.findIndex((value) => value !== 1 && value !== -1);
  if (at < 0) return;
  throw new InputError(
    'data',
    `galu: the logistic loss takes targets −1 and 1, Y has ${data[at]} at row ${Math.floor(at / cols)}, column ${at % cols}; ` +
      'give class labels as an Int32Array, or use the squared loss',
  );
}
