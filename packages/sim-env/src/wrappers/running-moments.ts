/** Mean and variance of vectors that come one at a time. */
export interface RunningMoments {
  add(vector: ArrayLike<number>): void;
  readonly mean: Float64Array;
  /** Population variance; 1 before there are two vectors. */
  variance(i: number): number;
}

/** Welford's algorithm (Technometrics, 1962). */
export function createRunningMoments(size: number): RunningMoments {
  const mean = new Float64Array(size);
  const squares = new Float64Array(size);
  let count = 0;
  return {
    mean,
    add(vector) {
      count++;
      for (let i = 0; i < size; i++) {
        const difference = vector[i]! - mean[i]!;
        mean[i]! += difference / count;
        squares[i]! += difference * (vector[i]! - mean[i]!);
      }
    },
    variance: (i) => (count < 2 ? 1 : squares[i]! / count),
  };
}
