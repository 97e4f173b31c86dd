import { minimize } from './minimize.ts';

/** Rows of numbers with the class of each. */
export interface LabelledRows {
  /** [rows, cols] row-major, finite. */
  readonly x: Float64Array;
  readonly cols: number;
  /** [rows], whole numbers from 0 to `classes` − 1. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** A fitted multinomial logistic regression. */
export interface Logistic {
  /** [cols + 1, classes]: a row of weights for each column of x, then the intercepts. */
  readonly weights: Float64Array;
  readonly classes: number;
}

/** When a fit ends. */
export interface LogisticSettings {
  /** λ of λ/2 ‖W‖² beside the summed loss; intercepts are free. */
  readonly ridge: number;
  /** Largest entry of the gradient of the mean loss at which it ends. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/**
 * Multinomial logistic regression: minimizes Σ_i −log p(y_i|x_i) + ridge/2 ‖W‖², p = softmax(x W + b). L-BFGS is preconditioned by Böhning's
 * bound of the Hessian, ½ XᵀX for each class (Böhning 1992), so that correlated or unequally scaled columns cost few iterations.
 */
export function fitLogistic(rows: LabelledRows, { ridge, tolerance, maxIterations }: LogisticSettings): Logistic {
  const { cols, classes, labels } = rows;
  const length = (cols + 1) * classes;
  const objective = (weights: Float64Array, gradient: Float64Array) => {
    gradient.fill(0);
    let loss = crossEntropy(rows, weights, gradient);
    for (let i = 0; i < cols * classes; i++) {
      loss += (ridge / 2) * weights[i]! ** 2;
      gradient[i]! += ridge * weights[i]!;
    }
    return loss;
  };
  const { solution } = minimize(objective, new Float64Array(length), {
    precondition: boundOf(rows, ridge),
    tolerance: tolerance * labels.length,
    maxIterations,
  });
  return { weights: solution, classes };
}

/** The summed −log p(y|x); adds its gradient to `gradient` where one is given. */
export function crossEntropy(
  { x, cols, labels, classes }: LabelledRows,
  weights: Float64Array,
  gradient?: Float64Array,
): number {
  // Two rows at a time, so that the gradient is read and written once for both.
  const pair = [new Float64Array(classes), new Float64Array(classes)] as const;
  let loss = 0;
  for (let i = 0; i < labels.length; i += 2) {
    const both = i + 1 < labels.length;
    scoresOf(x, i, cols, weights, pair[0]);
    loss += residualsOf(pair[0], labels[i]!);
    if (both) {
      scoresOf(x, i + 1, cols, weights, pair[1]);
      loss += residualsOf(pair[1], labels[i + 1]!);
    } else pair[1].fill(0);
    if (gradient) addGradient(gradient, x, i, both ? i + 1 : i, cols, pair);
  }
  return loss;
}

/** Turns scores into p − 1{class}; gives −log p of the class. */
function residualsOf(scores: Float64Array, label: number): number {
  let largest = -Infinity;
  for (let k = 0; k < scores.length; k++) if (scores[k]! > largest) largest = scores[k]!;
  const own = scores[label]! - largest;
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    const e = Math.exp(scores[k]! - largest);
    scores[k] = e;
    sum += e;
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
  scores[label]! -= 1;
  return Math.log(sum) - own;
}

function addGradient(
  gradient: Float64Array,
  x: Float64Array,
  row: number,
  other: number,
  cols: number,
  [first, second]: readonly [Float64Array, Float64Array],
): void {
  const classes = first.length;
  for (let c = 0; c < cols; c++) {
    const [a, b] = [x[row * cols + c]!, x[other * cols + c]!];
    // Indicators are 0 but for a few.
    if (a === 0 && b === 0) continue;
    const at = c * classes;
    for (let k = 0; k < classes; k++) gradient[at + k]! += a * first[k]! + b * second[k]!;
  }
  const intercepts = cols * classes;
  for (let k = 0; k < classes; k++) gradient[intercepts + k]! += first[k]! + second[k]!;
}

/** The share of rows whose class has the largest probability. */
export function logisticAccuracy({ x, cols, labels, classes }: LabelledRows, { weights }: Logistic): number {
  const scores = new Float64Array(classes);
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    scoresOf(x, i, cols, weights, scores);
    let best = 0;
    for (let k = 1; k < classes; k++) if (scores[k]! > scores[best]!) best = k;
    if (best === labels[i]) right++;
  }
  return right / labels.length;
}

/** x W + b of a row; four columns at a time, so that scores are read and written once for them. */
function scoresOf(x: Float64Array, row: number, cols: number, weights: Float64Array, scores: Float64Array): void {
  const classes = scores.length;
  const intercepts = cols * classes;
  for (let k = 0; k < classes; k++) scores[k] = weights[intercepts + k]!;
  const from = row * cols;
  const whole = cols - (cols % 4);
  for (let c = 0; c < whole; c += 4) {
    const [v0, v1, v2, v3] = [x[from + c]!, x[from + c + 1]!, x[from + c + 2]!, x[from + c + 3]!];
    if (v0 === 0 && v1 === 0 && v2 === 0 && v3 === 0) continue;
    const w0 = c * classes;
    const [w1, w2, w3] = [w0 + classes, w0 + 2 * classes, w0 + 3 * classes];
    for (let k = 0; k < classes; k++) {
      scores[k]! += v0 * weights[w0 + k]! + v1 * weights[w1 + k]! + v2 * weights[w2 + k]! + v3 * weights[w3 + k]!;
    }
  }
  for (let c = whole; c < cols; c++) {
    const value = x[from + c]!;
    const at = c * classes;
    for (let k = 0; k < classes; k++) scores[k]! += value * weights[at + k]!;
  }
}

/** Solves with ½ XᵀX + ridge for each class, where X has a column of ones. */
function boundOf({ x, cols, labels, classes }: LabelledRows, ridge: number): (gradient: Float64Array) => Float64Array {
  const n = cols + 1;
  const gram = new Float64Array(n * n);
  const entry = (i: number, c: number) => (c === cols ? 1 : x[i * cols + c]!);
  for (let i = 0; i < labels.length; i++) {
    for (let a = 0; a < n; a++) {
      const half = entry(i, a) * 0.5;
      if (half === 0) continue;
      for (let b = 0; b <= a; b++) gram[a * n + b]! += half * entry(i, b);
    }
  }
  const largest = Math.max(...Array.from({ length: n }, (_, a) => gram[a * n + a]!));
  // A column that never varies repeats the column of ones: a little on the diagonal keeps the factor.
  for (let a = 0; a < n; a++) gram[a * n + a]! += (a < cols ? ridge : 0) + 1e-10 * largest;
  factorize(gram, n);
  return (gradient) => {
    const solved = gradient.slice();
    solveInPlace(gram, n, solved, classes);
    return solved;
  };
}

/** The lower Cholesky factor of a small symmetric matrix, in its place. */
function factorize(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
}

/** Solves L Lᵀ B = B in place, B [n, columns]. */
function solveInPlace(l: Float64Array, n: number, b: Float64Array, columns: number): void {
  const subtract = (row: number, from: number, factor: number) => {
    for (let k = 0; k < columns; k++) b[row * columns + k]! -= factor * b[from * columns + k]!;
  };
  const divide = (row: number) => {
    for (let k = 0; k < columns; k++) b[row * columns + k]! /= l[row * n + row]!;
  };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) subtract(i, j, l[i * n + j]!);
    divide(i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) subtract(i, j, l[j * n + i]!);
    divide(i);
  }
}
