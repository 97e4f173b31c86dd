import { constant, maximum, minimum, mul, sub, type Tensor } from '@unbraid/graph';
import type { RunningStatistics } from './running-statistics.ts';

/** What observations are less and over before a network reads them: (x − mean) · scale, kept within ±limit. */
export interface Normalization {
  /** Of each column. */
  readonly mean: Float32Array;
  /** One over the standard deviation of each column. */
  readonly scale: Float32Array;
  /** The largest size of a normalized entry. */
  readonly limit: number;
}

/** Added to variances, so that a column that never changed is not divided by 0. */
const EPSILON = 1e-8;

/** Normalization by statistics as they are now. */
export const normalizationOf = ({ mean, variance }: RunningStatistics, limit: number): Normalization => ({
  mean: Float32Array.from(mean),
  scale: Float32Array.from(variance, (each) => 1 / Math.sqrt(each + EPSILON)),
  limit,
});

/** Normalizes rows in place. */
export function normalizeRows({ mean, scale, limit }: Normalization, rows: Float32Array): void {
  const columns = mean.length;
  for (let i = 0; i < rows.length; i++) {
    const j = i % columns;
    const value = (rows[i]! - mean[j]!) * scale[j]!;
    rows[i] = Math.min(Math.max(value, -limit), limit);
  }
}

/** The same on a tensor of rows. */
export function normalizeTensor({ mean, scale, limit }: Normalization, rows: Tensor): Tensor {
  const row = (values: Float32Array) => constant(values, [1, values.length]);
  return minimum(maximum(mul(sub(rows, row(mean)), row(scale)), -limit), limit);
}
