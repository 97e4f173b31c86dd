import type { Points } from './curves.ts';

/**
 * At most about `most` points of a curve, from which no eye misses anything that stands out: of each group of consecutive points the lowest and the highest finite one, and the first NaN and the first
 * infinity of either sign where there are such, in the order in which they lie; and the first and the last point of all. Sampling what was sampled so keeps the extremes of all.
 * @param most 4 or more
 */
export function sample(curve: Points, most: number): Points {
  const { x, y } = curve;
  const count = x.length;
  if (count <= most) return curve;
  const groups = Math.max(1, Math.floor((most - 2) / 2));
  const chosen: number[] = [0];
  for (let group = 0; group < groups; group++) {
    const [begin, end] = [Math.floor((group * count) / groups), Math.floor(((group + 1) * count) / groups)];
    for (const index of extremes(y, begin, end)) if (index > chosen.at(-1)!) chosen.push(index);
  }
  if (chosen.at(-1)! < count - 1) chosen.push(count - 1);
  return { x: Float64Array.from(chosen, (i) => x[i]!), y: Float64Array.from(chosen, (i) => y[i]!) };
}

/** Places of what stands out of `y` from `begin` to before `end`, ascending. */
function extremes(y: Float64Array, begin: number, end: number): number[] {
  let [low, high, nan, above, below] = [-1, -1, -1, -1, -1];
  for (let i = begin; i < end; i++) {
    const value = y[i]!;
    if (value - value === 0) {
      if (low < 0 || value < y[low]!) low = i;
      if (high < 0 || value > y[high]!) high = i;
    } else if (value === Infinity) above = above < 0 ? i : above;
    else if (value === -Infinity) below = below < 0 ? i : below;
    else nan = nan < 0 ? i : nan;
  }
  return [low, high, nan, above, below].filter((index) => index >= 0).sort((a, b) => a - b);
}

/** Places from and to before which x lies between `from` and `to`, with the point before and the point after, so that lines reach the edges. */
export function windowOf(x: Float64Array, from: number, to: number): readonly [begin: number, end: number] {
  const begin = Math.max(0, firstNotBelow(x, from) - 1);
  const end = Math.min(x.length, firstAbove(x, to) + 1);
  return [begin, Math.max(begin, end)];
}

/** The first place whose x is `value` or more. */
export function firstNotBelow(x: Float64Array, value: number): number {
  return search(x.length, (i) => x[i]! >= value);
}

/** The first place whose x is more than `value`. */
export function firstAbove(x: Float64Array, value: number): number {
  return search(x.length, (i) => x[i]! > value);
}

/** The first place of which `is` holds; it holds of all behind that. */
function search(length: number, is: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
