import { InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { type MetricOptions, metricSchema, optionsOf, weightsOf } from './metric-options.ts';

/** Quantities: a number a row, or rows of several. */
export type Quantities = MatrixLike | Float32Array | Float64Array | readonly number[];

/** The mean of |predicted − truth| over rows and columns. @throws {InputError} for shapes that differ, and NaN or infinities */
export const maeScore = (truth: Quantities, predicted: Quantities, options: MetricOptions = {}): number =>
  meanError('maeScore', truth, predicted, options, Math.abs);

/** The mean of (predicted − truth)² over rows and columns. @throws {InputError} as `maeScore` */
export const mseScore = (truth: Quantities, predicted: Quantities, options: MetricOptions = {}): number =>
  meanError('mseScore', truth, predicted, options, (error) => error * error);

/**
 * R²: 1 less the squared error over that of predicting each column's mean; the mean over columns. A column of truth that is constant gives 1 where it is met
 * exactly, else 0, as in scikit-learn.
 * @throws {InputError} as `maeScore`
 */
export function r2Score(truth: Quantities, predicted: Quantities, options: MetricOptions = {}): number {
  const { wanted, given, cols, weights } = pairs('r2Score', truth, predicted, options);
  let total = 0;
  for (let j = 0; j < cols; j++) {
    let [weight, mean, rest, spread] = [0, 0, 0, 0];
    for (let i = 0; i < weights.length; i++) {
      weight += weights[i]!;
      mean += weights[i]! * wanted[i * cols + j]!;
    }
    mean /= weight;
    for (let i = 0; i < weights.length; i++) {
      const value = wanted[i * cols + j]!;
      rest += weights[i]! * (given[i * cols + j]! - value) ** 2;
      spread += weights[i]! * (value - mean) ** 2;
    }
    total += spread > 0 ? 1 - rest / spread : Number(rest === 0);
  }
  return total / cols;
}

function meanError(
  who: string,
  truth: Quantities,
  predicted: Quantities,
  options: MetricOptions,
  cost: (error: number) => number,
): number {
  const { wanted, given, cols, weights } = pairs(who, truth, predicted, options);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    let row = 0;
    for (let j = i * cols; j < (i + 1) * cols; j++) row += cost(given[j]! - wanted[j]!);
    sum += (weights[i]! * row) / cols;
    weight += weights[i]!;
  }
  return sum / weight;
}

function pairs(who: string, truth: Quantities, predicted: Quantities, options: MetricOptions) {
  const { weights } = optionsOf(who, metricSchema, options);
  const [a, b] = [matrixOf(`nn: ${who}'s truth`, truth), matrixOf(`nn: ${who}'s predictions`, predicted)];
  if (a.rows !== b.rows || a.cols !== b.cols)
    throw new InputError(
      'data',
      `nn: ${who} takes predictions like the true values, ${a.rows} × ${a.cols}; they are ${b.rows} × ${b.cols}`,
    );
  return { wanted: a.data, given: b.data, cols: a.cols, weights: weightsOf(who, weights, a.rows) };
}

const isColumn = (values: Quantities): values is Float32Array | Float64Array | readonly number[] =>
  ArrayBuffer.isView(values) || (Array.isArray(values) && typeof values[0] === 'number');

const matrixOf = (name: string, values: Quantities) =>
  toMatrix(name, isColumn(values) ? { data: values, cols: 1 } : values);
