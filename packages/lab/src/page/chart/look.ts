import { dark, darkPalette, light, palette } from '@unbraid/experiment/palette';

/** Dashes in px; the first is a whole line. */
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 4], [5, 2, 5, 2, 1, 2]];

/** Lines that look different from one another; the next looks like the first. */
export const looks = palette.length * dashes.length;

/** Colour and dashes of a chart's line: of the first six no two share either, of 36 no two share both. */
export function lookOf(index: number, isDark: boolean): { readonly colour: string; readonly dash: readonly number[] } {
  const colours = isDark ? darkPalette : palette;
  const round = Math.floor(index / colours.length);
  return { colour: colours[index % colours.length]!, dash: dashes[(index + round) % dashes.length]! };
}

/** Ground, ink and grid of a chart. */
export const paperOf = (isDark: boolean) =>
  isDark ? { ...dark, quiet: '#9aa4af', grid: '#343a43' } : { ...light, quiet: '#57606a', grid: '#e3e7eb' };
