import type { Plot, PlotOptions } from '@observablehq/plot';

/** Space that a tick of an axis needs, in px. */
const SPACING = { x: 34, y: 24 } as const;

/**
 * Axes whose ticks are written as whole numbers (`tickFormat: 'd'`) and that span so few of them that Plot would put ticks between, which
 * then read `1 1 2 2`: the same axes with ticks at whole numbers only.
 */
export function wholeTicks(plot: Pick<Plot, 'scale'>, options: PlotOptions): Pick<PlotOptions, 'x' | 'y'> {
  const changed: Pick<PlotOptions, 'x' | 'y'> = {};
  for (const axis of ['x', 'y'] as const) {
    const own = options[axis];
    const scale = plot.scale(axis);
    if (own?.tickFormat !== 'd' || own.ticks !== undefined || scale?.type !== 'linear') continue;
    const [low = 0, high = 0] = [...(scale.domain as Iterable<number>)].map(Number);
    const [from = 0, to = 0] = [...(scale.range as Iterable<number>)].map(Number);
    const ticks = wholeNumbers(Math.min(low, high), Math.max(low, high), Math.abs(to - from) / SPACING[axis]);
    if (ticks !== undefined) changed[axis] = { ...own, ticks };
  }
  return changed;
}

/** Whole numbers from `low` to `high` in steps of 1, 2 or 5, at most `most` of them; undefined where Plot's own choice has no fractions. */
export function wholeNumbers(low: number, high: number, most: number): number[] | undefined {
  if (!(high - low < 12)) return undefined;
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  const step = [1, 2, 5].find((size) => Math.floor((last - first) / size) + 1 <= most) ?? 10;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
}
