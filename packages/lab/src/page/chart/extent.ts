import { firstAtLeast, type Line } from './line.ts';

/** Least and largest. */
export type Extent = readonly [low: number, high: number];

/** Whether a value can be drawn on an axis. */
export const isDrawable = (value: number, log: boolean): boolean => Number.isFinite(value) && (!log || value > 0);

/** Limits of x over all lines; undefined where nothing can be drawn. */
export function extentOfX(lines: readonly Line[], log: boolean): Extent | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x } of lines) {
    const first = log ? x.find((value) => value > 0) : x[0];
    const last = x.at(-1);
    if (first === undefined || last === undefined) continue;
    [low, high] = [Math.min(low, first), Math.max(high, last)];
  }
  return low <= high ? [low, high] : undefined;
}

/** Limits of y of what lies within limits of x, bands and raw points too. */
export function extentOfY(lines: readonly Line[], [from, to]: Extent, log: boolean): Extent | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y, raw, band } of lines) {
    let begin = firstAtLeast(x, from);
    let end = firstAtLeast(x, to);
    if (x[end] !== to) end--;
    // Nothing lies within: the line between its neighbours crosses.
    if (begin > end) [begin, end] = [Math.max(0, end), Math.min(x.length - 1, begin)];
    for (const values of [y, raw, band?.low, band?.high]) {
      if (!values) continue;
      for (let i = begin; i <= end; i++) {
        const value = values[i]!;
        if (!isDrawable(value, log)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** Limits with some air; one value gets a span about it. */
export function padded([low, high]: Extent, log: boolean, share = 0.04): Extent {
  if (log) {
    const [a, b] = [Math.log10(low), Math.log10(high)];
    const air = a === b ? 0.3 : (b - a) * share;
    return [10 ** (a - air), 10 ** (b + air)];
  }
  const air = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * share;
  return [low - air, high + air];
}

/** What a chart can't draw, by its kind; it says so below. */
export interface Undrawn {
  readonly nan: number;
  readonly infinite: number;
  /** On a logarithmic axis. */
  readonly notPositive: number;
}

export function undrawnOf(lines: readonly Line[], logY: boolean, logX: boolean): Undrawn {
  let [nan, infinite, notPositive] = [0, 0, 0];
  for (const { x, y, raw } of lines)
    for (const [i, value] of (raw ?? y).entries()) {
      if (Number.isNaN(value)) nan++;
      else if (!Number.isFinite(value)) infinite++;
      else if ((logY && value <= 0) || (logX && x[i]! <= 0)) notPositive++;
    }
  return { nan, infinite, notPositive };
}
