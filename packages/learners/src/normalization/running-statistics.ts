import { InputError } from '@unbraid/checks';

/** Mean and variance of each column of all rows so far. */
export interface RunningStatistics {
  readonly mean: Float64Array;
  /** Of the population. */
  readonly variance: Float64Array;
  /** Takes rows of numbers in, one behind another. */
  add(rows: ArrayLike<number>): void;
  /** Everything there is to them, in one array. */
  state(): Float64Array;
  /** Goes on from a state. @throws {InputError} `model`, for one of another number of columns */
  restore(state: Float64Array): void;
}

/** What the first mean 0 and variance 1 count as rows, so that the first rows can't have variance 0; as in Stable-Baselines3. */
const FIRST_COUNT = 1e-4;

/** By the formula of Chan, Golub and LeVeque (1979) for two samples: those so far, and the rows that are added. */
export function runningStatistics(columns: number): RunningStatistics {
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns).fill(1);
  let count = FIRST_COUNT;
  return {
    mean,
    variance,
    add(rows) {
      const n = rows.length / columns;
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let i = j; i < rows.length; i += columns) sum += rows[i]!;
        const batchMean = sum / n;
        let squares = 0;
        for (let i = j; i < rows.length; i += columns) squares += (rows[i]! - batchMean) ** 2;
        const difference = batchMean - mean[j]!;
        const total = count + n;
        variance[j] = (variance[j]! * count + squares + (difference ** 2 * count * n) / total) / total;
        mean[j]! += (difference * n) / total;
      }
      count += n;
    },
    state: () => Float64Array.of(count, ...mean, ...variance),
    restore(state) {
      if (state.length !== 1 + 2 * columns)
        throw new InputError(
          'model',
          `learners: saved statistics have ${state.length} numbers, ${columns} columns have ${1 + 2 * columns}`,
        );
      count = state[0]!;
      mean.set(state.subarray(1, 1 + columns));
      variance.set(state.subarray(1 + columns));
    },
  };
}
