import { checkFinite, checkLabels, createMatrix, type Matrix } from '@unbraid/data';

/** What a network learns: class labels (integers from 0), one real output a row, or several. */
export type Targets = Int32Array | Float32Array | Matrix;

export type Task = { readonly kind: 'regression' } | { readonly kind: 'classification'; readonly classes: number };

/** Two classes are one output, ±1; more are one output each, 1 for the class and −1 (logistic) or 0 (squared) for the others. */
export function encodeTargets(y: Targets, rows: number, loss: 'squared' | 'logistic'): { task: Task; y: Matrix } {
  if (y instanceof Int32Array) {
    const labels = checkLabels('galu: labels', y, { rows });
    const classes = labels.reduce((most, label) => Math.max(most, label + 1), 2);
    return {
      task: { kind: 'classification', classes },
      y: encodeLabels(labels, classes, loss === 'logistic' ? -1 : 0),
    };
  }
  const matrix = y instanceof Float32Array ? createMatrix(y.length, 1, y) : y;
  if (matrix.rows !== rows) {
    throw new Error(`galu: Y has ${matrix.rows} rows, X has ${rows}; give one target for each row of X`);
  }
  checkFinite('galu: Y', matrix);
  if (loss === 'logistic') {
    const at = matrix.data.findIndex((value) => value !== 1 && value !== -1);
    if (at >= 0) {
      throw new Error(
        `galu: the logistic loss takes targets −1 and 1, Y has ${matrix.data[at]} at row ${Math.floor(at / matrix.cols)}; ` +
          'give class labels as an Int32Array, or use the squared loss',
      );
    }
  }
  return { task: { kind: 'regression' }, y: matrix };
}

function encodeLabels(labels: Int32Array, classes: number, off: number): Matrix {
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

/** The class of each row of outputs: the largest output, or the sign of a single one. */
export function classesOf({ data, rows, cols }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => {
    if (cols === 1) return data[i]! > 0 ? 1 : 0;
    let best = 0;
    for (let j = 1; j < cols; j++) if (data[i * cols + j]! > data[i * cols + best]!) best = j;
    return best;
  });
}

/** Accuracy of labels in [0, 1]. @throws for lengths that differ */
export function accuracy(predicted: Int32Array, labels: ArrayLike<number>): number {
  const truth = checkLabels('galu: labels', labels, { rows: predicted.length });
  return predicted.reduce((right, label, i) => right + Number(label === truth[i]), 0) / predicted.length;
}

/** R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², over all outputs together. */
export function determination(predicted: Matrix, y: Matrix): number {
  let [rest, spread] = [0, 0];
  for (let j = 0; j < y.cols; j++) {
    let mean = 0;
    for (let i = 0; i < y.rows; i++) mean += y.data[i * y.cols + j]! / y.rows;
    for (let i = 0; i < y.rows; i++) {
      const at = i * y.cols + j;
      rest += (y.data[at]! - predicted.data[at]!) ** 2;
      spread += (y.data[at]! - mean) ** 2;
    }
  }
  return 1 - rest / spread;
}
