/** Mean of xᵖ. */
export function moment(x: ArrayLike<number>, power: number): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! ** power;
  return total / x.length;
}

/** Sample correlation of two arrays of one length. */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [meanX, meanY] = [moment(x, 1), moment(y, 1)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

/**
 * √n times the Kolmogorov-Smirnov distance between a sample and a continuous distribution. If the sample comes from
 * it, the value exceeds 1.95 once in a thousand samples.
 */
export function kolmogorovSmirnov(sample: Float32Array, distribution: (x: number) => number): number {
  const sorted = sample.toSorted();
  const n = sorted.length;
  let distance = 0;
  for (const [i, x] of sorted.entries()) {
    const f = distribution(x);
    distance = Math.max(distance, f - i / n, (i + 1) / n - f);
  }
  return Math.sqrt(n) * distance;
}

/** The normal distribution function, by its alternating series near 0 and its continued fraction in the tails. */
export function normalDistribution(x: number): number {
  if (Math.abs(x) > 5) return x > 0 ? 1 - upperTail(x) : upperTail(-x);
  let term = x;
  let total = x;
  for (let k = 1; k < 200; k++) {
    term *= (-x * x) / (2 * k);
    total += term / (2 * k + 1);
  }
  return 0.5 + total / Math.sqrt(2 * Math.PI);
}

function upperTail(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

/**
 * The chi-square statistic of counts that should be equal, as a number of standard deviations from its mean: normal to a
 * good approximation for many cells.
 */
export function chiSquareDeviation(counts: readonly number[]): number {
  const expected = counts.reduce((total, count) => total + count, 0) / counts.length;
  const statistic = counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}
