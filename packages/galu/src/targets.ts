import {
  InputError,
  type LabelsLike,
  type MatrixLike,
  type TargetsLike,
  toLabels,
  toMatrix,
  toTargets,
} from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';

/** Class labels of rows: whole numbers from 0 in any array of integers, or names (text, true and false). */
export type Labels = LabelsLike;

/** What a network learns: class labels, one real output a row, or several; for the logistic loss these are −1 and 1, several labels a row. */
export type Targets = TargetsLike;

/**
 * What training makes small over rows: squares, summed over outputs; the logistic loss of signs, an independent question for each output; or minus the logarithm of the
 * probability of the right class, with probabilities in proportion to e^output (multinomial logistic regression). Of two classes the last two are the same.
 */
export type Loss = 'squared' | 'logistic' | 'softmax';

/** Names of classes in the order of their numbers, as labels gave them. */
export type ClassNames = readonly string[] | readonly boolean[];

/** What a network answers about a row: a number for each output, a class, or several questions by yes and no. */
export type Task =
  | { readonly kind: 'regression' }
  | { readonly kind: 'classification'; readonly classes: number; readonly names?: ClassNames }
  /** So many questions about a row, each answered by yes (1) or no (−1). */
  | { readonly kind: 'multilabel'; readonly labels: number };

/** Targets as they are computed with. */
export type Encoded =
  | { readonly task: Extract<Task, { kind: 'classification' }>; readonly labels: Int32Array }
  | { readonly task: Exclude<Task, { kind: 'classification' }>; readonly matrix: Matrix };

/** What is known of targets before they are looked at. */
export interface TaskOptions {
  /** Rows of X. */
  readonly rows: number;
  readonly loss: Loss;
  /** Number of classes, or their names; by default one more than the largest label, and then each must occur. */
  readonly classes?: number | readonly string[] | undefined;
}

/**
 * What targets ask for, checked. A plain array of numbers means labels for the logistic loss and where classes are given.
 * @throws {InputError} in one line, for targets that don't match the rows or the loss, aren't finite, or leave classes out
 */
export function taskOf(y: unknown, { rows, loss, classes }: TaskOptions): Encoded {
  const plain = loss !== 'squared' || classes !== undefined ? 'labels' : undefined;
  const names = typeof classes === 'object' ? classes : undefined;
  const targets = toTargets('galu: Y', y, { rows, plain, classes: names });
  if (targets.kind === 'labels') return classification(targets.labels, classes, namesIn(y, targets.classes));
  if (classes !== undefined) {
    throw new InputError(
      'setting',
      'galu: classes are given, and Y is a matrix of real numbers; classes go with labels',
    );
  }
  const { matrix } = targets;
  if (loss === 'squared') return { task: { kind: 'regression' }, matrix };
  if (loss === 'softmax') {
    throw new InputError(
      'data',
      'galu: the softmax loss takes class labels, and Y is a matrix of numbers; give labels, or use the logistic loss for several labels a row',
    );
  }
  checkSigns(matrix);
  return { task: { kind: 'multilabel', labels: matrix.cols }, matrix };
}

function classification(labels: Int32Array, classes: TaskOptions['classes'], names: ClassNames | undefined): Encoded {
  if (names) checkBothNamed(names);
  const count = countClasses(labels, names?.length ?? (typeof classes === 'number' ? classes : undefined));
  return { task: { kind: 'classification', classes: count, ...(names && { names }) }, labels };
}

/** Booleans come back as booleans. */
const namesIn = (y: unknown, classes: readonly string[] | undefined): ClassNames | undefined =>
  Array.isArray(y) && typeof y[0] === 'boolean' ? [false, true] : classes;

function checkBothNamed(names: ClassNames): void {
  if (names.length >= 2) return;
  throw new InputError('data', `galu: all labels are ${JSON.stringify(names[0])}; two classes at least are needed`);
}

/** Outputs of a network for targets. Two classes are one output. */
export function outputsOf(encoded: Encoded): number {
  if ('matrix' in encoded) return encoded.matrix.cols;
  const { classes } = encoded.task;
  return classes === 2 ? 1 : classes;
}

/** The loss that is minimized: of two classes, which are one output, the softmax loss is the logistic one. */
export const lossOf = (encoded: Encoded, loss: Loss): Loss =>
  loss === 'softmax' && outputsOf(encoded) === 1 ? 'logistic' : loss;

/** Two classes are one output, ±1; more are one output each, 1 for the class and −1 (logistic) or 0 (squared, softmax) for the others. */
export function encodeTargets(encoded: Encoded, loss: Loss): Matrix {
  if ('matrix' in encoded) return encoded.matrix;
  return encodeLabels(encoded.labels, encoded.task.classes, loss === 'logistic' ? -1 : 0);
}

/** Labels below `classes` as targets: the sign of a single output for two classes, else 1 for the class and `off` for the others. */
export function encodeLabels(labels: ArrayLike<number>, classes: number, off: number): Matrix {
  if (classes === 2)
    return createMatrix(
      labels.length,
      1,
      Float32Array.from(labels, (label) => (label === 1 ? 1 : -1)),
    );
  const data = new Float32Array(labels.length * classes).fill(off);
  for (let i = 0; i < labels.length; i++) data[i * classes + labels[i]!] = 1;
  return createMatrix(labels.length, classes, data);
}

/**
 * Real targets as a matrix, m × c; a plain array of numbers is a column.
 * @param refusal what is said to class labels
 * @throws {InputError} in one line, for labels, and for what has no clear meaning
 */
export function matrixOf(
  y: unknown,
  rows: number,
  refusal = 'galu: Y is class labels; give a Float32Array of real targets, or rows of several',
): Matrix {
  const targets = toTargets('galu: Y', y, { rows, plain: 'quantities' });
  if (targets.kind === 'quantities') return targets.matrix;
  throw new InputError('data', refusal);
}

/** Inputs of a network, in any form; no rows at all are a matrix of no rows. */
export function inputsOf(x: MatrixLike): Matrix {
  const { data, rows } = x as Partial<Matrix>;
  return data instanceof Float32Array && data.length === 0 && rows === 0 ? (x as Matrix) : toMatrix('galu: X', x);
}

/** Labels from 0 for labels in any form. @throws {InputError} naming the first that is none of a network's classes, as any name where it was trained on numbers */
export function numbersOf(
  y: unknown,
  { rows, classes, names }: { rows: number; classes: number; names?: ClassNames | undefined },
): Int32Array {
  const { labels } = toLabels('galu: Y', y, { rows, classes: names?.map(String), numbered: !names });
  const at = labels.findIndex((label) => label >= classes);
  if (at < 0) return labels;
  throw new InputError(
    'data',
    `galu: Y has the label ${labels[at]} at row ${at} (counted from 0); the network's are 0 to ${classes - 1}`,
  );
}

/**
 * Targets of other rows, for the task that those of training were.
 * @throws {InputError} for targets of another kind or number, and labels that are none of the classes
 */
export function encodedAs(
  y: unknown,
  rows: number,
  { encoded, loss }: { readonly encoded: Encoded; readonly loss: Loss },
): { readonly encoded: Encoded; readonly y: Matrix } {
  const other = encodedLike(y, rows, encoded);
  const matrix = encodeTargets(other, loss);
  const { cols } = encodeTargets(encoded, loss);
  if (matrix.cols === cols) return { encoded: other, y: matrix };
  throw new InputError('data', `galu: Y of the other rows has ${matrix.cols} columns, that of training ${cols}`);
}

function encodedLike(y: unknown, rows: number, { task }: Encoded): Encoded {
  if (task.kind === 'classification') return { task, labels: numbersOf(y, { rows, ...task }) };
  const matrix = matrixOf(y, rows);
  if (task.kind === 'multilabel') checkSigns(matrix);
  return { task, matrix };
}

/** One stray label would make as many outputs as it is large, so classes that no row has must have been asked for. */
function countClasses(labels: Int32Array, asked: number | undefined): number {
  if (asked !== undefined) {
    const at = labels.findIndex((label) => label >= asked);
    if (at < 0) return asked;
    throw new InputError(
      'data',
      `galu: Y has the label ${labels[at]} at row ${at} (counted from 0); classes is ${asked}, so labels are 0 to ${asked - 1}`,
    );
  }
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
