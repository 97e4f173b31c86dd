import { dark, darkPalette, light, palette } from '@unbraid/experiment/palette';

/** The colours of figures and reports: six for series, ground and ink, and three greys that a test compares with those of reports. */
export const colours = {
  light: { series: palette, ...light, quiet: '#57606a', line: '#d8dee4', soft: '#f4f6f8' },
  dark: { series: darkPalette, ...dark, quiet: '#9aa4af', line: '#343a43', soft: '#1f232a' },
} as const;

export type Scheme = keyof typeof colours;

type Rgb = readonly [red: number, green: number, blue: number];

export const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as never;

/**
 * Writes a colour for each number into an image's bytes, four a pixel: the second series' at −`most`, the ground at 0, the first's at `most`. Beyond,
 * it stays at the end. `strength` is how much of the full colour the ends get, up to 1.
 */
export function paintDiverging(
  pixels: Uint8ClampedArray,
  values: ArrayLike<number>,
  { scheme, most = 1, strength = 1 }: { readonly scheme: Scheme; readonly most?: number; readonly strength?: number },
): void {
  const { series, ground } = colours[scheme];
  const [high, low, middle] = [rgbOf(series[0]), rgbOf(series[1]), rgbOf(ground)];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const share = strength * Math.min(1, Math.abs(value) / most);
    const end = value < 0 ? low : high;
    for (let band = 0; band < 3; band++)
      pixels[4 * i + band] = Math.round(middle[band]! + share * (end[band]! - middle[band]!));
    pixels[4 * i + 3] = 255;
  }
}
