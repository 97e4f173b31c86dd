import type { Extent } from './extent.ts';

/** Limits as the address has them; undefined where they are none. */
export function readRange(from: string | undefined, to: string | undefined): Extent | undefined {
  if (!from || !to) return undefined;
  const [low, high] = [Number(from), Number(to)];
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : undefined;
}

/** Limits nearer to or farther from their middle, or moved by a share of their width. */
export function changedRange([from, to]: Extent, log: boolean, factor: number, shift: number): Extent {
  const [a, b] = log ? [Math.log10(from), Math.log10(to)] : [from, to];
  const [middle, half] = [(a + b) / 2 + shift * (b - a), ((b - a) / 2) * factor];
  return log ? [10 ** (middle - half), 10 ** (middle + half)] : [middle - half, middle + half];
}
