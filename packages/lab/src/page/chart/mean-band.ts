import { spreadOf } from '../values/statistics.ts';
import { firstAtLeast } from './line.ts';

/** A curve by its points. */
export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The mean of several curves and a standard deviation to either side, with how many curves each point is of. */
export interface MeanBand {
  readonly x: readonly number[];
  readonly mean: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly n: readonly number[];
}

/** Points of a band at most. */
const LIMIT = 600;

/**
 * Curves are read at the points of all of them, evenly thinned out to 600, by linear interpolation where a curve has no such point,
 * and never beyond its ends. A curve that is NaN somewhere makes the mean NaN there: a mean of the others would hide a seed that diverged.
 */
export function meanBand(curves: readonly Points[]): MeanBand {
  const all = [...new Set(curves.flatMap(({ x }) => x))].sort((a, b) => a - b);
  const x = all.length <= LIMIT ? all : thinned(all);
  const spreads = x.map((at) => spreadOf(curves.flatMap((curve) => valueAt(curve, at) ?? []))!);
  return {
    x,
    mean: spreads.map(({ mean }) => mean),
    low: spreads.map(({ mean, deviation }) => mean - (deviation ?? 0)),
    high: spreads.map(({ mean, deviation }) => mean + (deviation ?? 0)),
    n: spreads.map(({ n }) => n),
  };
}

const thinned = (x: readonly number[]): number[] =>
  Array.from({ length: LIMIT }, (_, i) => x[Math.round((i * (x.length - 1)) / (LIMIT - 1))]!);

/** A curve's value; undefined beyond its ends. */
export function valueAt({ x, y }: Points, at: number): number | undefined {
  const after = firstAtLeast(x, at);
  if (after === x.length) return undefined;
  if (x[after] === at) return y[after];
  if (after === 0) return undefined;
  const share = (at - x[after - 1]!) / (x[after]! - x[after - 1]!);
  return y[after - 1]! + share * (y[after]! - y[after - 1]!);
}
