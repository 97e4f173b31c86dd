import { dark, darkPalette, light, palette } from '@unbraid/experiment/palette';

/** The colours of figures and reports: six for series, ground and ink, and three greys that a test compares with those of reports. */
export const colours = {
  light: { series: palette, ...light, quiet: '#57606a', line: '#d8dee4', soft: '#f4f6f8' },
  dark: { series: darkPalette, ...dark, quiet: '#9aa4af', line: '#343a43', soft: '#1f232a' },
} as const;

export type Scheme = keyof typeof colours;

type Rgb = readonly [red: number, green: number, blue: number];

export const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as never;

/** A colour for a number in [−1, 1]: the second series' at −1, the ground at 0, the first's at 1. Beyond, it stays at the end. */
export function diverging(scheme: Scheme): (value: number) => Rgb {
  const { series, ground } = colours[scheme];
  const [high, low, middle] = [rgbOf(series[0]), rgbOf(series[1]), rgbOf(ground)];
  return (value) => {
    const share = Math.min(1, Math.abs(value));
    const end = value < 0 ? low : high;
    return middle.map((from, i) => Math.round(from + share * (end[i]! - from))) as never;
  };
}
