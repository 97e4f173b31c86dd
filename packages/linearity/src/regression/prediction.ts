import { checkSettings, finite, oneOf } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { erfValue } from '@unbraid/graph';
import { object } from 'zod';

/** What is predicted at new rows. */
export interface Prediction {
  /** n' × c */
  readonly mean: Matrix;
  /** Of the function, not of the targets around it: n' × c. */
  readonly variance: Matrix;
  /** Variance of the targets around the function. */
  readonly noise: number;
  /** @throws {InputError} for a level that is not between 0 and 1 */
  intervals(options?: IntervalOptions): Intervals;
}

/** Which intervals. */
export interface IntervalOptions {
  /** The share of the Gaussian that they hold. Default 0.95. */
  readonly level?: number;
  /** Whether they are for targets, noise included, or for the function. Default `targets`. */
  readonly of?: 'targets' | 'function';
}

/** Ends of central intervals, n' × c each. */
export interface Intervals {
  readonly lower: Matrix;
  readonly upper: Matrix;
}

const settings = object({
  level: finite({ above: 0, below: 1 }).default(0.95),
  of: oneOf('targets', 'function').default('targets'),
});

/** z with P(|Z| ≤ z) = level for a standard normal Z, by bisection: to the last digits where the level is not within 1e-9 of 1. */
export function normalRadius(level: number): number {
  let [low, high] = [0, 6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (erfValue(middle) < level) low = middle;
    else high = middle;
  }
  return Math.SQRT2 * low;
}

/** @param variance of each row, the same for all outputs, or of each output of each row */
export function predictionOf(mean: Matrix, variance: Float64Array, noise: number): Prediction {
  const { rows, cols, data } = mean;
  const shared = variance.length === rows;
  const variances = createMatrix(
    rows,
    cols,
    data.map((_, at) => variance[shared ? Math.floor(at / cols) : at]!),
  );
  return {
    mean,
    variance: variances,
    noise,
    intervals(options = {}) {
      const { level, of } = checkSettings('linearity: intervals', settings, options);
      const radius = normalRadius(level);
      const added = of === 'targets' ? noise : 0;
      const end = (sign: number) =>
        createMatrix(
          rows,
          cols,
          data.map((value, at) => value + sign * radius * Math.sqrt(variances.data[at]! + added)),
        );
      return { lower: end(-1), upper: end(1) };
    },
  };
}
