import { numberIn } from '@unbraid/experiment/statistics';
import type { Curve, Scalar } from '../../api.ts';
import { formatScalar } from '../values/format.ts';

/** A line of a chart. */
export interface Line {
  /** The same for as long as it is the same curve. */
  readonly id: string;
  readonly label: string;
  /** Ascending. */
  readonly x: readonly number[];
  /** NaN breaks the line; infinities are marked at the edge. */
  readonly y: readonly number[];
  /** Its place among the chart's lines, from which its look follows. */
  readonly look: number;
  /** The points that were smoothed, drawn faintly. */
  readonly raw?: readonly number[];
  /** Lower and upper edge of a band about the line. */
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** Points between the limits that were asked for, of which these are some or all. */
  readonly total: number;
  readonly sampled: boolean;
}

/** Numbers of a curve as it comes from the server. */
export const valuesOf = (curve: Curve): number[] => curve.y.map((value) => numberIn(value) ?? Number.NaN);

/** `width 20, model tangent`: what tells a curve from its neighbours. */
export const keyLabel = (key: Readonly<Record<string, Scalar>>): string =>
  Object.entries(key)
    .map(([name, value]) => (typeof value === 'string' ? formatScalar(value) : `${name} ${formatScalar(value)}`))
    .join(', ');

/** The same for the same values, whatever the order of their columns. */
export const keyId = (key: Readonly<Record<string, Scalar>>): string =>
  JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Index of the point nearest to `at` in ascending x; −1 for no points. */
export function nearestPoint(x: readonly number[], at: number): number {
  if (x.length === 0) return -1;
  const after = Math.min(firstAtLeast(x, at), x.length - 1);
  return after > 0 && at - x[after - 1]! < x[after]! - at ? after - 1 : after;
}

/** Index of the first element that is at least `at`; the length where none is. */
export function firstAtLeast(x: readonly number[], at: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
